using System.CommandLine;
using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Fleet;

namespace Hyperplane.Lbctl.Snapshots;

/// <summary><c>lbctl admin snapshot …</c></summary>
internal static class SnapshotCommands
{
    private const string Words = "admin snapshot";

    /// <summary>The noun with its verbs, below <c>admin</c>.</summary>
    public static Command Build() => new("admin", "Operator: what is between tenants and nodes")
    {
        new Noun("snapshot", "snapshots", "Versions of what the nodes of a cell run")
        {
            List(),
            Get(),
            Diff(),
            Pin(),
            Change("unpin", "Let a cell follow its tenants again"),
            Change("rollback", "Pin the version before the one in force"),
            Change("allow-removals", "Let nodes lose, once, what the newest version lacks"),
        },
        PlacementCommand.Build(),
    };

    private static Verb List()
    {
        Argument<string> cell = CellArgument();
        return new Verb(
            "list",
            "List a cell's versions, newest first: what changed, how many nodes run each",
            $"{Words} list a1",
            async (session, parse) =>
            {
                ApiAnswer answer = await session.Api.GetAsync(PathOf(parse, cell), session.Deadline);
                session.Print.List(Snapshot.Kind, answer.ReadItems(Snapshot.Kind.Type));
            })
        {
            cell,
        };
    }

    private static Verb Get()
    {
        Argument<string> cell = CellArgument();
        Argument<ulong?> version = new("version")
        {
            Description = "A version; without it how the cell stands",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new Verb(
            "get",
            "Show a version, or how far the newest came and what holds it",
            $"{Words} get a1",
            async (session, parse) =>
            {
                string name = parse.GetRequiredValue(cell);
                if (parse.GetValue(version) is { } number)
                {
                    string path = ApiPath.Of("cells", name, "snapshots", Text(number));
                    ApiAnswer one = await session.Api.GetAsync(path, session.Deadline);
                    session.Print.Detail(Snapshot.Kind, one.Read(Snapshot.Kind.Type), Snapshot.Describe);
                    return;
                }

                ApiAnswer state = await session.Api.GetAsync(ApiPath.Of("cells", name, "rollout"), session.Deadline);
                session.Print.Detail(state.Read(Rollout.Kind.Type), Rollout.Describe);
            })
        {
            cell, version,
        };
    }

    private static Verb Diff()
    {
        Argument<string> cell = CellArgument();
        Option<ulong?> from = VersionOption("--from", "A version; without it what most nodes run");
        Option<ulong?> to = VersionOption("--to", "A version; without it the newest");
        return new Verb(
            "diff",
            "Compare two versions: VIPs, listeners, target groups, targets",
            $"{Words} diff a1 --from 41 --to 42",
            async (session, parse) =>
            {
                string[] query =
                [
                    .. new[] { ("from", parse.GetValue(from)), ("to", parse.GetValue(to)) }
                        .Where(static one => one.Item2 is not null)
                        .Select(static one => $"{one.Item1}={Text(one.Item2!.Value)}"),
                ];
                string path = $"{PathOf(parse, cell)}:diff" + (query.Length > 0 ? "?" + string.Join('&', query) : "");
                ApiAnswer answer = await session.Api.GetAsync(path, session.Deadline);
                session.Print.Detail(answer.Read(WireJson.Default.SnapshotDiff), SnapshotDiff.Describe);
            })
        {
            cell, from, to,
        };
    }

    private static Verb Pin()
    {
        Argument<string> cell = CellArgument();
        Argument<ulong> version = new("version") { Description = "The version to stay on" };
        return new Verb(
            "pin",
            "Keep a cell on a version, whatever tenants write",
            $"{Words} pin a1 42",
            (session, parse) => PostAsync(
                session, $"{PathOf(parse, cell)}/{Text(parse.GetRequiredValue(version))}:pin"))
        {
            cell, version,
        };
    }

    private static Verb Change(string verb, string description)
    {
        Argument<string> cell = CellArgument();
        return new Verb(
            verb, description, $"{Words} {verb} a1",
            (session, parse) => PostAsync(session, $"{PathOf(parse, cell)}:{verb}"))
        {
            cell,
        };
    }

    private static async Task PostAsync(Session session, string path)
    {
        ApiAnswer answer = await session.Api.SendAsync(HttpMethod.Post, path, session.Deadline);
        session.Print.Row(Rollout.Kind, answer.Read(Rollout.Kind.Type));
    }

    private static Argument<string> CellArgument() => new("cell") { Description = "The cell's name" };

    private static Option<ulong?> VersionOption(string name, string description) =>
        new(name) { Description = description, HelpName = "VERSION" };

    private static string PathOf(ParseResult parse, Argument<string> cell) =>
        ApiPath.Of("cells", parse.GetRequiredValue(cell), "snapshots");

    private static string Text(ulong version) => version.ToString(CultureInfo.InvariantCulture);
}
