using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Stats;

namespace Hyperplane.Lbctl.TargetGroups;

/// <summary><c>lbctl target-group …</c></summary>
internal static class TargetGroupCommands
{
    private static readonly string Path = ApiPath.Of("target-groups");

    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() =>
        new("target-group", "target-groups", "Target groups: targets and how their health is checked")
    {
        Create(), Get(), List(), Modify(), Stats(), Delete(),
    };

    /// <summary>The target group that a person means; fails with "not found".</summary>
    public static Task<Resource<TargetGroup>> FindAsync(Session session, string nameOrId) =>
        session.Catalogue.FindAsync(TargetGroup.Kind, Path, nameOrId, session.Deadline);

    private static Verb Create()
    {
        Argument<string> name = new("name") { Description = "Its name, unique among yours" };
        Option<string> protocol = ChoiceOption.Of(
            "--protocol", "What its targets speak", required: true, "TCP", "UDP", "TCP_UDP");
        Option<int?> port = NumberOption.Port("--port", "Port of targets that name none", required: true);
        Option<int?> delay = DelayOption();
        Option<string> type = ChoiceOption.Of(
            "--ip-address-type", "Family of its targets' addresses (ipv4)", required: false, "ipv4", "ipv6");
        Option<string[]> attributes = AttributeOption();
        Option<string[]> tags = new("--tag") { Description = "A tag; may be repeated", HelpName = "NAME=VALUE" };
        var health = new HealthCheckOptions();

        var create = new Verb(
            "create",
            "Create a target group",
            "target-group create web-servers --protocol TCP --port 8080 --health-protocol HTTP --health-path /healthz",
            async (session, parse) =>
            {
                var request = new TargetGroupRequest(
                    parse.GetRequiredValue(name),
                    parse.GetRequiredValue(protocol),
                    parse.GetValue(port)!.Value,
                    health.Read(parse),
                    parse.GetValue(delay),
                    Pairs(parse, tags),
                    parse.GetValue(type),
                    Pairs(parse, attributes));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Post, Path, request, WireJson.Default.TargetGroupRequest, session.Deadline);
                session.Print.Row(TargetGroup.Kind, answer.Read(TargetGroup.Kind.Type));
            })
        {
            name, protocol, port,
        };
        health.AddTo(create);
        create.Add(delay);
        create.Add(type);
        create.Add(attributes);
        create.Add(tags);
        return create;
    }

    private static Verb Get()
    {
        Argument<string> name = NameArgument();
        return new Verb(
            "get",
            "Show a target group",
            "target-group get web-servers",
            async (session, parse) =>
                session.Print.Detail(
                    TargetGroup.Kind, await FindAsync(session, parse.GetRequiredValue(name)), TargetGroup.Describe))
        {
            name,
        };
    }

    private static Verb List()
    {
        var which = new ListOptions();
        var list = new Verb(
            "list",
            "List your target groups",
            "target-group list --sort-by name --selector team=web",
            async (session, parse) => session.Print.List(
                TargetGroup.Kind,
                await session.Catalogue.ListAsync(TargetGroup.Kind, which.Path(parse, Path), session.Deadline)));
        which.AddTo(list);
        return list;
    }

    private static Verb Modify()
    {
        Argument<string> name = NameArgument();
        Option<int?> delay = DelayOption();
        var health = new HealthCheckOptions();
        var attributes = Changes.OfAttributes();
        var tags = Changes.OfTags();
        var verb = new Verb(
            "modify",
            "Change a target group; what is left out stays, and so do flows that are there",
            "target-group modify web-servers --attribute load_balancing.algorithm.type=least_flows",
            async (session, parse) =>
            {
                Resource<TargetGroup> found = await FindAsync(session, parse.GetRequiredValue(name));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Patch,
                    ApiPath.Of("target-groups", found.Value.Id),
                    new TargetGroupChange(
                        parse.GetValue(delay), health.Read(parse), attributes.Read(parse), tags.Read(parse)),
                    WireJson.Default.TargetGroupChange,
                    session.Deadline);
                session.Print.Row(TargetGroup.Kind, answer.Read(TargetGroup.Kind.Type));
            })
        {
            name, delay,
        };
        health.AddTo(verb);
        attributes.AddTo(verb);
        tags.AddTo(verb);
        return verb;
    }

    private static Verb Stats() => StatsCommand.Build(
        "target-group stats web-servers",
        "Show what was counted: flows, packets and bytes by zone and target",
        NameArgument(),
        TargetGroup.Kind,
        FindAsync,
        Path);

    private static Option<int?> DelayOption() => NumberOption.Of(
        "--deregistration-delay", 0, int.MaxValue, "Seconds that a deregistered target keeps its connections (300)");

    private static Option<string[]> AttributeOption() => new("--attribute")
    {
        Description = "An attribute, by AWS's name where AWS has it; may be repeated",
        HelpName = "NAME=VALUE",
    };

    private static Dictionary<string, string>? Pairs(ParseResult parse, Option<string[]> option) =>
        parse.GetValue(option) is { Length: > 0 } said ? Pair.ParseAll(option.Name, said) : null;

    private static Verb Delete()
    {
        Argument<string> name = NameArgument();
        return new Verb(
            "delete",
            "Delete a target group with its targets; refused while a listener uses it",
            "target-group delete web-servers",
            async (session, parse) =>
            {
                Resource<TargetGroup> found = await FindAsync(session, parse.GetRequiredValue(name));
                await session.DeleteAtOnceAsync(TargetGroup.Kind, ApiPath.Of("target-groups", found.Value.Id), found);
            })
        {
            name,
        };
    }

    private static Argument<string> NameArgument() =>
        new("name-or-id") { Description = "The target group's name or id" };
}
