using System.CommandLine;
using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.LoadBalancers;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.TargetGroups;

namespace Hyperplane.Lbctl.Listeners;

/// <summary><c>lbctl listener …</c></summary>
internal static class ListenerCommands
{
    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() =>
        new("listener", "listeners", "Listeners: a port of a load balancer and its target group")
    {
        Create(), Get(), List(), Modify(), Delete(),
    };

    private static Verb Create()
    {
        Option<string> nlb = NlbOption();
        Option<string> protocol = ChoiceOption.Of(
            "--protocol", "What it listens to", required: true, "TCP", "UDP", "TCP_UDP");
        Option<int?> port = NumberOption.Port("--port", "The port it listens to", required: true);
        Option<string[]> groups = GroupOption(required: true);
        Option<int?> idle = IdleOption();
        var allowed = SourceOptions.OfAllowed();
        var denied = SourceOptions.OfDenied();

        var verb = new Verb(
            "create",
            "Create a listener and wait until it is active in every zone",
            "listener create --nlb web --protocol TCP --port 80 --target-group web-servers",
            async (session, parse) =>
            {
                Task<List<WeightedGroup>> findGroups = FindGroupsAsync(session, parse.GetRequiredValue(groups));
                string path = await ListPathAsync(session, parse.GetRequiredValue(nlb));
                List<WeightedGroup> shares = await findGroups;
                bool isOne = shares is [{ Weight: 1 }];
                var request = new ListenerRequest(
                    parse.GetRequiredValue(protocol),
                    parse.GetValue(port)!.Value,
                    isOne ? shares[0].TargetGroupId : null,
                    parse.GetValue(idle),
                    isOne ? null : shares,
                    allowed.Read(parse),
                    denied.Read(parse));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Post, path, request, WireJson.Default.ListenerRequest, session.Deadline);
                Resource<Listener> created = answer.Read(Listener.Kind.Type);
                await session.PrintWhenActiveAsync(
                    Listener.Kind, Below(path, created.Value.Id), isHeld: false, created);
            })
        {
            nlb, protocol, port, groups, idle,
        };
        allowed.AddTo(verb, isChange: false);
        denied.AddTo(verb, isChange: false);
        return verb;
    }

    private static Verb Modify()
    {
        Argument<string> name = NameArgument();
        Option<string> nlb = NlbOption();
        Option<string> protocol = ChoiceOption.Of(
            "--protocol", "What it listens to from now on", required: false, "TCP", "UDP", "TCP_UDP");
        Option<int?> port = NumberOption.Port("--port", "The port it listens to from now on", required: false);
        Option<string[]> groups = GroupOption(required: false);
        Option<int?> idle = IdleOption();
        var allowed = SourceOptions.OfAllowed();
        var denied = SourceOptions.OfDenied();
        var verb = new Verb(
            "modify",
            "Change where a listener listens, where its new flows go or whose may begin, and wait until it is in force",
            "listener modify TCP:80 --nlb web --target-group blue=9 --target-group green=1",
            async (session, parse) =>
            {
                string[]? allow = allowed.Read(parse);
                string[]? deny = denied.Read(parse);
                string path = await ListPathAsync(session, parse.GetRequiredValue(nlb));
                Resource<Listener> found = await FindAsync(session, path, parse.GetRequiredValue(name));
                string one = Below(path, found.Value.Id);
                var change = new ListenerChange(
                    parse.GetValue(groups) is { Length: > 0 } named ? await FindGroupsAsync(session, named) : null,
                    parse.GetValue(idle),
                    allow,
                    deny,
                    parse.GetValue(protocol),
                    parse.GetValue(port));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Patch, one, change, WireJson.Default.ListenerChange, session.Deadline);
                await session.PrintWhenActiveAsync(
                    Listener.Kind, one, isHeld: false, answer.Read(Listener.Kind.Type));
            })
        {
            name, nlb, protocol, port, groups, idle,
        };
        allowed.AddTo(verb, isChange: true);
        denied.AddTo(verb, isChange: true);
        return verb;
    }

    private static Option<string[]> GroupOption(bool required) => new("--target-group")
    {
        Description = "Name or id of the target group that gets its traffic; may be repeated, each with a weight",
        HelpName = "NAME[=WEIGHT]",
        Required = required,
    };

    private static Option<int?> IdleOption() => NumberOption.Of(
        "--idle-timeout", 1, int.MaxValue, "Seconds after which a silent TCP connection is forgotten (350)");

    private static async Task<List<WeightedGroup>> FindGroupsAsync(Session session, string[] groups)
    {
        var found = new List<WeightedGroup>();
        foreach (string text in groups)
        {
            string[] sides = text.Split('=');
            int weight = 1;
            if (sides.Length > 2 || (sides.Length == 2
                && !int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out weight)))
                throw new CommandFailure(ExitCode.Usage, $"--target-group takes NAME[=WEIGHT], not '{text}'");
            found.Add(new WeightedGroup((await TargetGroupCommands.FindAsync(session, sides[0])).Value.Id, weight));
        }

        return found;
    }

    private static Verb Get()
    {
        Argument<string> name = NameArgument();
        Option<string> nlb = NlbOption();
        return new Verb(
            "get",
            "Show a listener",
            "listener get TCP:80 --nlb web",
            async (session, parse) =>
            {
                string path = await ListPathAsync(session, parse.GetRequiredValue(nlb));
                session.Print.Detail(
                    Listener.Kind, await FindAsync(session, path, parse.GetRequiredValue(name)), Listener.Describe);
            })
        {
            name, nlb,
        };
    }

    private static Verb List()
    {
        Option<string> nlb = NlbOption();
        var order = new ListOptions("port", hasTags: false);
        var list = new Verb(
            "list",
            "List the listeners of a load balancer",
            "listener list --nlb web --sort-by port",
            async (session, parse) =>
            {
                string path = order.Path(parse, await ListPathAsync(session, parse.GetRequiredValue(nlb)));
                session.Print.List(
                    Listener.Kind,
                    await session.Catalogue.ListAsync(Listener.Kind, path, session.Deadline));
            })
        {
            nlb,
        };
        order.AddTo(list);
        return list;
    }

    private static Verb Delete()
    {
        Argument<string> name = NameArgument();
        Option<string> nlb = NlbOption();
        return new Verb(
            "delete",
            "Delete a listener and wait until it is gone",
            "listener delete TCP:80 --nlb web",
            async (session, parse) =>
            {
                string path = await ListPathAsync(session, parse.GetRequiredValue(nlb));
                Resource<Listener> found = await FindAsync(session, path, parse.GetRequiredValue(name));
                await session.DeleteAsync(Listener.Kind, Below(path, found.Value.Id), isHeld: false, found);
            })
        {
            name, nlb,
        };
    }

    private static Argument<string> NameArgument() =>
        new("listener") { Description = "PROTOCOL:PORT, for example TCP:80, or the listener's id" };

    private static Option<string> NlbOption() => new("--nlb")
    {
        Description = "Name or id of the load balancer",
        HelpName = "NAME",
        Required = true,
    };

    private static async Task<string> ListPathAsync(Session session, string nlb) =>
        ApiPath.Of("load-balancers", (await LoadBalancerCommands.FindAsync(session, nlb)).Value.Id, "listeners");

    private static Task<Resource<Listener>> FindAsync(Session session, string path, string name)
    {
        string asWritten = name.Contains(':', StringComparison.Ordinal) ? name.ToUpperInvariant() : name; // tcp:80
        return session.Catalogue.FindInListAsync(Listener.Kind, path, asWritten, session.Deadline);
    }

    private static string Below(string listPath, string id) => $"{listPath}/{ApiPath.Segment(id)}";
}
