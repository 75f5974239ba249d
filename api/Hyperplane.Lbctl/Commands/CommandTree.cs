using System.CommandLine;
using System.CommandLine.Help;
using Hyperplane.Lbctl.Applying;
using Hyperplane.Lbctl.Completion;
using Hyperplane.Lbctl.Contexts;
using Hyperplane.Lbctl.ElasticIps;
using Hyperplane.Lbctl.Events;
using Hyperplane.Lbctl.Exporting;
using Hyperplane.Lbctl.Fleet;
using Hyperplane.Lbctl.Listeners;
using Hyperplane.Lbctl.LoadBalancers;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Quotas;
using Hyperplane.Lbctl.Raw;
using Hyperplane.Lbctl.Snapshots;
using Hyperplane.Lbctl.TargetGroups;
using Hyperplane.Lbctl.Targets;
using Hyperplane.Lbctl.Tenants;

namespace Hyperplane.Lbctl.Commands;

/// <summary>All commands of lbctl.</summary>
internal static class CommandTree
{
    /// <summary>Builds the root.</summary>
    /// <param name="options">The options of every command.</param>
    /// <param name="completion">The command that prints completion scripts.</param>
    public static RootCommand Build(GlobalOptions options, CompletionCommand completion)
    {
        var root = new RootCommand(
            "Controls a Hyperplane region: load balancers, listeners, target groups and, for operators, the fleet.\n"
            + "Each command also has a verb-noun form: 'lbctl create-nlb' is 'lbctl nlb create'.");
        options.AddTo(root);
        Noun[] operators =
        [
            TenantCommands.Build(),
            KeyCommands.Build(),
            ZoneCommands.Build(),
            AddressPoolCommands.Build(),
            CellCommands.Build(),
            NodeCommands.Build(),
        ];
        Noun[] nouns =
        [
            LoadBalancerCommands.Build(),
            ListenerCommands.Build(),
            TargetGroupCommands.Build(),
            TargetCommands.Build(),
            ElasticIpCommands.Build(),
            .. operators,
            QuotaCommands.Build(),
            EventCommands.Build(),
            ContextCommands.Build(),
        ];
        foreach (Noun noun in nouns)
            root.Add(noun);
        root.Add(Admin(operators));
        foreach (Verb twin in nouns.SelectMany(noun => noun.Twins()))
            root.Add(twin);
        root.Add(ApplyCommand.Build());
        root.Add(ExportCommand.Build());
        root.Add(RawCommand.Build());
        root.Add(completion);
        root.Add(Reference.Build(root));
        ReplaceHelp(root);
        return root;
    }

    /// <summary>What only operators have, with their nouns, which are looked for here as well.</summary>
    private static Command Admin(Noun[] nouns)
    {
        Command admin = SnapshotCommands.Build();
        foreach (Noun noun in nouns)
            admin.Add(noun.Below(admin.Name));
        admin.Subcommands.Single(static below => below.Name == "address-pool").Aliases.Add("pool");
        return admin;
    }

    /// <summary>Every verb with its path from the root, twins included.</summary>
    public static IEnumerable<(string Path, Verb Verb)> Verbs(Command command, string path = "")
    {
        foreach (Command below in command.Subcommands)
        {
            string name = path == "" ? below.Name : $"{path} {below.Name}";
            if (below is Verb verb)
                yield return (name, verb);
            foreach ((string Path, Verb Verb) deeper in Verbs(below, name))
                yield return deeper;
        }
    }

    /// <summary>Help with examples, and without the names of other systems (<c>/?</c>).</summary>
    private static void ReplaceHelp(RootCommand root)
    {
        foreach (Option help in root.Options.Where(static option => option is HelpOption).ToArray())
            root.Options.Remove(help);
        var own = new HelpOption("--help", "-h");
        own.Action = new ExampleHelp((HelpAction)own.Action!);
        root.Options.Add(own);
    }
}
