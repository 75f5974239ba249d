using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Output;
using Hyperplane.Lbctl.Waiting;

namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary><c>lbctl nlb …</c></summary>
internal static class LoadBalancerCommands
{
    /// <summary>The path of all load balancers.</summary>
    public static readonly string Path = ApiPath.Of("load-balancers");

    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() => new("nlb", "nlbs", "Load balancers: one static address per zone")
    {
        Create(), Modify(), ShiftCommands.Shift(), ShiftCommands.CancelShift(), Get(), List(), Tree(), Stats(),
        Delete(),
    };

    /// <summary>The load balancer that a person means; fails with "not found".</summary>
    public static Task<Resource<LoadBalancer>> FindAsync(Session session, string nameOrId) =>
        session.Catalogue.FindAsync(LoadBalancer.Kind, Path, nameOrId, session.Deadline);

    private static Verb Create()
    {
        Argument<string> name = new("name") { Description = "Its name, unique among yours" };
        Option<string[]> zones = new("--zones")
        {
            Description = "Zones to serve, separated by commas",
            HelpName = "ZONE,…",
            Required = true,
        };
        Option<string[]> addresses = new("--address")
        {
            Description = "The address to use in a zone, instead of one that is chosen; may be repeated",
            HelpName = "ZONE=ADDRESS",
        };
        Option<string[]> ipv6 = new("--ipv6-address")
        {
            Description = "The same for the IPv6 address of a dualstack load balancer; may be repeated",
            HelpName = "ZONE=ADDRESS",
        };
        Option<string> type = ChoiceOption.Of(
            "--ip-address-type",
            "Addresses in each zone, IPv4 alone or IPv6 as well (ipv4)",
            required: false,
            "ipv4",
            "dualstack");
        Option<string[]> attributes = new("--attribute")
        {
            Description = "An attribute, by AWS's name; may be repeated",
            HelpName = "NAME=VALUE",
        };
        Option<string[]> tags = new("--tag") { Description = "A tag; may be repeated", HelpName = "NAME=VALUE" };

        return new Verb(
            "create",
            "Create a load balancer and wait until it is active in every zone",
            "nlb create web --zones a,b --address a=198.18.0.9 --tag team=shop",
            async (session, parse) =>
            {
                var request = new LoadBalancerRequest(
                    parse.GetRequiredValue(name),
                    Placements(
                        parse.GetRequiredValue(zones),
                        Pair.ParseAll("--address", parse.GetValue(addresses)),
                        Pair.ParseAll("--ipv6-address", parse.GetValue(ipv6))),
                    parse.GetValue(tags) is { Length: > 0 } given ? Pair.ParseAll("--tag", given) : null,
                    parse.GetValue(type),
                    parse.GetValue(attributes) is { Length: > 0 } said ? Pair.ParseAll("--attribute", said) : null);
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Post, Path, request, WireJson.Default.LoadBalancerRequest, session.Deadline);
                Resource<LoadBalancer> created = answer.Read(LoadBalancer.Kind.Type);
                await session.PrintWhenActiveAsync(
                    LoadBalancer.Kind, ApiPath.Of("load-balancers", created.Value.Id), isHeld: true, created);
            })
        {
            name, zones, addresses, ipv6, type, attributes, tags,
        };
    }

    private static Verb Modify()
    {
        Argument<string> name = NameArgument();
        var attributes = Changes.OfAttributes();
        var tags = Changes.OfTags();
        var verb = new Verb(
            "modify",
            "Change attributes and tags of a load balancer; what is left out stays",
            "nlb modify web --attribute deletion_protection.enabled=true --untag team",
            async (session, parse) =>
            {
                Resource<LoadBalancer> found = await FindAsync(session, parse.GetRequiredValue(name));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Patch,
                    ApiPath.Of("load-balancers", found.Value.Id),
                    new LoadBalancerChange(attributes.Read(parse), tags.Read(parse)),
                    WireJson.Default.LoadBalancerChange,
                    session.Deadline);
                session.Print.Row(LoadBalancer.Kind, answer.Read(LoadBalancer.Kind.Type));
            })
        {
            name,
        };
        attributes.AddTo(verb);
        tags.AddTo(verb);
        return verb;
    }

    private static Verb Get()
    {
        Argument<string> name = NameArgument();
        return new Verb(
            "get",
            "Show a load balancer: addresses, status, and what each node says",
            "nlb get web",
            async (session, parse) =>
                session.Print.Detail(await FindAsync(session, parse.GetRequiredValue(name)), LoadBalancer.Describe))
        {
            name,
        };
    }

    private static Verb Stats() => Part(
        "stats",
        "Show what was counted: flows, packets and bytes by zone and listener",
        WireJson.Default.Stats,
        Lbctl.Stats.Stats.Describe);

    private static Verb Tree() => Part(
        "tree",
        "Show where it stands with its listeners, their target groups and targets",
        WireJson.Default.Tree,
        Trees.Tree.Describe);

    /// <summary>Shows what the API has below a load balancer by the verb's name.</summary>
    private static Verb Part<T>(string verb, string description, JsonTypeInfo<T> type, Action<T, Details> describe)
    {
        Argument<string> name = NameArgument();
        return new Verb(
            verb,
            description,
            $"nlb {verb} web",
            async (session, parse) =>
            {
                Resource<LoadBalancer> found = await FindAsync(session, parse.GetRequiredValue(name));
                ApiAnswer answer = await session.Api.GetAsync(
                    ApiPath.Of("load-balancers", found.Value.Id, verb), session.Deadline);
                session.Print.Detail(answer.Read(type), describe);
            })
        {
            name,
        };
    }

    private static Verb List() => new(
        "list",
        "List your load balancers",
        "nlb list",
        async (session, _) => session.Print.List(
            LoadBalancer.Kind,
            await session.Catalogue.ListAsync(LoadBalancer.Kind, Path, session.Deadline)));

    private static Verb Delete()
    {
        Argument<string> name = NameArgument();
        Option<bool> cascade = new("--cascade")
        {
            Description = "Delete the target groups too that only its listeners use, with their targets",
        };
        return new Verb(
            "delete",
            "Delete a load balancer with its listeners and wait until it is gone",
            "nlb delete web --cascade",
            async (session, parse) =>
            {
                Resource<LoadBalancer> found = await FindAsync(session, parse.GetRequiredValue(name));
                string path = ApiPath.Of("load-balancers", found.Value.Id);
                string how = parse.GetValue(cascade) ? ApiPath.With(path, "cascade", "true") : path;
                ApiAnswer answer = await session.Api.SendAsync(HttpMethod.Delete, how, session.Deadline);
                await session.PrintWhenGoneAsync(LoadBalancer.Kind, path, isHeld: true, found, answer);
            })
        {
            name, cascade,
        };
    }

    /// <summary>The argument that names one.</summary>
    internal static Argument<string> NameArgument() =>
        new("name-or-id") { Description = "The load balancer's name or id" };

    private static List<ZoneRequested> Placements(
        string[] zones, Dictionary<string, string> addresses, Dictionary<string, string> ipv6)
    {
        List<ZoneRequested> placements =
        [
            .. zones
                .SelectMany(static list =>
                    list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .Select(zone => new ZoneRequested(
                    zone, addresses.GetValueOrDefault(zone), ipv6.GetValueOrDefault(zone))),
        ];
        if (placements.Count == 0)
            throw new CommandFailure(ExitCode.Usage, "--zones names no zone");
        RefuseStray("--address", addresses, placements);
        RefuseStray("--ipv6-address", ipv6, placements);
        return placements;
    }

    private static void RefuseStray(
        string option, Dictionary<string, string> addresses, List<ZoneRequested> placements)
    {
        if (addresses.Keys.FirstOrDefault(zone => placements.TrueForAll(one => one.Zone != zone)) is { } stray)
            throw new CommandFailure(ExitCode.Usage, $"{option} names zone '{stray}', which --zones does not");
    }
}
