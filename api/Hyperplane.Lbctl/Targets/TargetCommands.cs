using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.TargetGroups;
using Hyperplane.Lbctl.Waiting;

namespace Hyperplane.Lbctl.Targets;

/// <summary><c>lbctl target …</c></summary>
internal static class TargetCommands
{
    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() => new("target", "targets", "Targets of a target group")
    {
        Register(), Deregister(), List(), Get(),
    };

    private static Verb Register()
    {
        Argument<string> group = GroupArgument();
        Argument<string[]> targets = TargetsArgument("ADDRESS[:PORT][=WEIGHT][@ZONE], for example 10.0.0.1:8080=5@a");
        return new Verb(
            "register",
            "Register targets and wait until each has been checked: healthy, unhealthy, or unused while no listener "
                + "sends traffic to the group (at most --timeout seconds; --no-wait skips it)",
            "target register web-servers 10.0.0.1:8080 10.0.0.2=5@a",
            async (session, parse) =>
            {
                TargetsRequest request = Request(parse.GetRequiredValue(targets));
                string path = await PathAsync(session, parse.GetRequiredValue(group));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Post, path, request, WireJson.Default.TargetsRequest, session.Deadline);
                IReadOnlyList<Resource<Target>> registered = answer.ReadItems(Target.Kind.Type);
                Waited<IReadOnlyList<Resource<Target>>> waited = session.Settings.Wait
                    ? await TargetWait.UntilKnownAsync(session, path, registered)
                    : new(registered, Failure: null);
                session.Print.List(Target.Kind, waited.Last);
                if (waited.Failure is { } failure)
                    throw failure;
            })
        {
            group, targets,
        };
    }

    private static Verb Deregister()
    {
        Argument<string> group = GroupArgument();
        Argument<string[]> targets = TargetsArgument("ADDRESS[:PORT], for example 10.0.0.1:8080");
        return new Verb(
            "deregister",
            "Deregister targets: no new connections at once; established ones go on until the group's delay is over",
            "target deregister web-servers 10.0.0.1:8080",
            async (session, parse) =>
            {
                TargetsRequest request = Request(parse.GetRequiredValue(targets));
                if (request.Targets.FirstOrDefault(static one => one.Weight is not null) is { } weighted)
                    throw new CommandFailure(
                        ExitCode.Usage, $"a weight says nothing here: {weighted.Address}={weighted.Weight}");
                if (request.Targets.FirstOrDefault(static one => one.Zone is not null) is { } placed)
                    throw new CommandFailure(
                        ExitCode.Usage, $"a zone says nothing here: {placed.Address}@{placed.Zone}");
                string path = await PathAsync(session, parse.GetRequiredValue(group));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Post, path + ":deregister", request, WireJson.Default.TargetsRequest, session.Deadline);
                session.Print.List(Target.Kind, answer.ReadItems(Target.Kind.Type));
            })
        {
            group, targets,
        };
    }

    private static Verb List()
    {
        Argument<string> group = GroupArgument();
        return new Verb(
            "list",
            "List the targets of a group with their health",
            "target list web-servers",
            async (session, parse) =>
            {
                string path = await PathAsync(session, parse.GetRequiredValue(group));
                session.Print.List(
                    Target.Kind, await session.Catalogue.ListAsync(Target.Kind, path, session.Deadline));
            })
        {
            group,
        };
    }

    private static Verb Get()
    {
        Argument<string> group = GroupArgument();
        var target = new Argument<string>("target") { Description = "Its ADDRESS[:PORT] or id" };
        return new Verb(
            "get",
            "Show a target and what each node's own checks found: what was sent and what came back",
            "target get web-servers 10.0.0.1:8080",
            async (session, parse) =>
            {
                string path = await PathAsync(session, parse.GetRequiredValue(group));
                string wanted = parse.GetRequiredValue(target);
                Resource<Target> found =
                    (await session.Catalogue.ListAsync(Target.Kind, path, session.Deadline)).FirstOrDefault(
                        one => one.Value.Id == wanted || one.Value.Address == wanted
                            || Target.Kind.Name(one.Value) == wanted)
                    ?? throw Catalogue.NotFound(Target.Kind, wanted);
                ApiAnswer answer = await session.Api.GetAsync(
                    $"{path}/{Uri.EscapeDataString(Target.Kind.Id(found.Value))}", session.Deadline);
                session.Print.Detail(Target.Kind, answer.Read(Target.Kind.Type), Target.Describe);
            })
        {
            group, target,
        };
    }

    private static Argument<string> GroupArgument() => new("group") { Description = "The target group's name or id" };

    private static Argument<string[]> TargetsArgument(string form) =>
        new("target") { Description = form, Arity = ArgumentArity.OneOrMore };

    private static async Task<string> PathAsync(Session session, string group) =>
        ApiPath.Of("target-groups", (await TargetGroupCommands.FindAsync(session, group)).Value.Id, "targets");

    private static TargetsRequest Request(string[] texts) => new(
    [
        .. texts.Select(static text => TargetRequested.TryParse(text) ?? throw new CommandFailure(
            ExitCode.Usage,
            $"'{text}' is no target: it must be ADDRESS[:PORT][=WEIGHT][@ZONE], for example 10.0.0.1:8080=5@a")),
    ]);
}
