using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Output;
using Hyperplane.Lbctl.Stats;
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
        MetricsCommand.Build(), WatchCommand.Build(), DescribeCommand.Build(),
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
        var places = new ZoneOptions(zones);
        Option<string> scheme = ChoiceOption.Of(
            "--scheme",
            "From where its addresses come (internet-facing)",
            required: false,
            "internet-facing",
            "internal");
        Option<string> type = TypeOption();
        Option<string[]> attributes = new("--attribute")
        {
            Description = "An attribute, by AWS's name; may be repeated",
            HelpName = "NAME=VALUE",
        };
        Option<string[]> tags = new("--tag") { Description = "A tag; may be repeated", HelpName = "NAME=VALUE" };

        var create = new Verb(
            "create",
            "Create a load balancer and wait until it is active in every zone",
            "nlb create web --zones a,b --address a=198.18.0.9 --tag team=shop",
            async (session, parse) =>
            {
                var request = new LoadBalancerRequest(
                    parse.GetRequiredValue(name),
                    await places.ReadAsync(session, parse) ?? [],
                    parse.GetValue(tags) is { Length: > 0 } given ? Pair.ParseAll("--tag", given) : null,
                    parse.GetValue(type),
                    parse.GetValue(attributes) is { Length: > 0 } said ? Pair.ParseAll("--attribute", said) : null,
                    parse.GetValue(scheme));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Post, Path, request, WireJson.Default.LoadBalancerRequest, session.Deadline);
                Resource<LoadBalancer> created = answer.Read(LoadBalancer.Kind.Type);
                await session.PrintWhenActiveAsync(
                    LoadBalancer.Kind, ApiPath.Of("load-balancers", created.Value.Id), isHeld: true, created);
            })
        {
            name,
        };
        places.AddTo(create);
        foreach (Option option in (Option[])[scheme, type, attributes, tags])
            create.Options.Add(option);
        return create;
    }

    private static Verb Modify()
    {
        Argument<string> name = NameArgument();
        var places = new ZoneOptions(new Option<string[]>("--zone")
        {
            Description = "A zone to serve; name all of them: those left out are withdrawn; may be repeated",
            HelpName = "ZONE",
        });
        Option<string> type = TypeOption();
        var attributes = Changes.OfAttributes();
        var tags = Changes.OfTags();
        var verb = new Verb(
            "modify",
            "Change a load balancer; what is left out stays, and zones that stay keep their addresses",
            "nlb modify web --attribute deletion_protection.enabled=true --untag team",
            async (session, parse) =>
            {
                Resource<LoadBalancer> found = await FindAsync(session, parse.GetRequiredValue(name));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Patch,
                    ApiPath.Of("load-balancers", found.Value.Id),
                    new LoadBalancerChange(
                        attributes.Read(parse), tags.Read(parse), await places.ReadAsync(session, parse),
                        parse.GetValue(type)),
                    WireJson.Default.LoadBalancerChange,
                    session.Deadline);
                session.Print.Row(LoadBalancer.Kind, answer.Read(LoadBalancer.Kind.Type));
            })
        {
            name,
        };
        places.AddTo(verb);
        verb.Options.Add(type);
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
                session.Print.Detail(
                    LoadBalancer.Kind, await FindAsync(session, parse.GetRequiredValue(name)), LoadBalancer.Describe))
        {
            name,
        };
    }

    private static Verb Stats() => StatsCommand.Build(
        "nlb stats web",
        "Show what was counted: flows, packets and bytes by zone and listener",
        NameArgument(),
        LoadBalancer.Kind,
        FindAsync,
        Path);

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

    private static Verb List()
    {
        var which = new ListOptions();
        var list = new Verb(
            "list",
            "List your load balancers",
            "nlb list --sort-by name --selector team=web",
            async (session, parse) => session.Print.List(
                LoadBalancer.Kind,
                await session.Catalogue.ListAsync(LoadBalancer.Kind, which.Path(parse, Path), session.Deadline)));
        which.AddTo(list);
        return list;
    }

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

    private static Option<string> TypeOption() => ChoiceOption.Of(
        "--ip-address-type",
        "Addresses in each zone, IPv4 alone or IPv6 as well (ipv4)",
        required: false,
        "ipv4",
        "dualstack");
}
