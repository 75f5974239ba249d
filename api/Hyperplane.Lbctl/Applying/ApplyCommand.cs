using System.CommandLine;
using Hyperplane.Lbctl.Applying.Planning;
using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.Applying.Wanted;
using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Applying;

/// <summary><c>lbctl apply</c>: makes what a file describes.</summary>
internal static class ApplyCommand
{
    /// <summary>The verb, below the root.</summary>
    public static Verb Build()
    {
        Option<string> file = new("--file", "-f")
        {
            Description = "YAML or JSON with elasticIps, targetGroups and loadBalancers, or - for standard input",
            HelpName = "FILE|-",
            Required = true,
        };
        Option<bool> yes = new("--yes") { Description = "Do not ask before changes are made" };
        return new Verb(
            "apply",
            "Make elastic IPs, target groups with targets and load balancers with listeners what a file describes; "
                + "shows the differences and asks first, and leaves alone what the file does not describe; with "
                + "--dry-run they are all, and the exit code is 6 when there are any",
            "apply -f web.yaml --yes",
            (session, parse) =>
                RunAsync(session, parse.GetRequiredValue(file), parse.GetValue(yes)))
        {
            file, yes,
        };
    }

    private static async Task RunAsync(Session session, string file, bool isAgreed)
    {
        WantedTree wanted = TreeReader.Read(TreeFile.Open(session.Io, file));
        Existing existing = await Existing.ReadAsync(session);
        KnownIds ids = existing.Ids();
        Plan plan = await Planner.PlanAsync(session, wanted, existing, ids);
        if (session.Print.IsTable && plan.Steps.Count > 0)
        {
            foreach (string line in PlanText.Lines(plan, session.Screen.HasColours))
                session.Screen.Print(line);
        }

        if (plan.Steps.Count == 0 || session.Settings.DryRun)
        {
            if (!session.Print.IsTable)
                session.Print.Plain(PlanJson.Of(plan, 0));
            else if (plan.Steps.Count == 0)
                session.Screen.Print("no differences");
            if (plan.Steps.Count > 0)
                throw new CommandFailure(ExitCode.Differs, "nothing was changed (--dry-run)");
            return;
        }

        if (!isAgreed)
            await Question.AskAsync(session, $"make these changes ({plan.Summary})?", mayAsk: file != "-");

        // Whoever was asked took some time: --timeout is for the changes.
        using var changing = new Session(session.Settings, session.Io, session.Screen, session.Interrupted);
        await new Run(changing, plan, ids).RunAsync();
    }
}
