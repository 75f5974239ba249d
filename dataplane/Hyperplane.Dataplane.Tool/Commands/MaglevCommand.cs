using System.CommandLine;
using System.Globalization;
using Hyperplane.Dataplane.Maglev;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tool.Configuration;
using Hyperplane.Dataplane.Tool.Maglev;
using Hyperplane.Dataplane.Tool.Replay;

namespace Hyperplane.Dataplane.Tool.Commands;

/// <summary><c>hpdp maglev</c>.</summary>
internal static class MaglevCommand
{
    private const int DefaultSize = 65_537;

    /// <summary>The command and its options.</summary>
    public static Command Create(ToolIo io)
    {
        Option<string> config = ConfigOption.Create(required: false);
        var group = new Option<uint?>("--group")
        {
            Description = "One target group of the configuration; all when left out", HelpName = "ID",
        };
        var targets = new Option<int?>("--targets")
        {
            Description = "That many targets of equal weight, without a configuration", HelpName = "N",
        };
        var size = new Option<int?>("--size")
        {
            Description = "Slots of their table, a prime; 65537 when left out", HelpName = "M",
        };
        var command = new Command("maglev", "Statistics of the tables that spread new flows over targets")
        {
            config, group, targets, size,
        };
        command.Validators.Add(result =>
        {
            bool hasConfig = result.GetResult(config) is not null;
            if (hasConfig == (result.GetResult(targets) is not null))
                result.AddError("give the targets by --config or by --targets");
            else if (hasConfig ? result.GetResult(size) is not null : result.GetResult(group) is not null)
                result.AddError("--group goes with --config, --size with --targets");
        });
        command.SetAction(parse => io.RunAsync(() =>
        {
            if (parse.GetValue(config) is { } file)
                Print(io, ConfigReader.ReadFile(file), parse.GetValue(group));
            else
                Print(io, parse.GetRequiredValue(targets)!.Value, parse.GetValue(size) ?? DefaultSize);
        }));
        return command;
    }

    private static void Print(ToolIo io, int targets, int size)
    {
        if (!MaglevSize.IsAllowed(size))
            throw new ToolFailure(ExitCode.Usage, $"--size {size}: write a prime from 251 to 655373, as 65537");
        int most = Math.Min(size, ushort.MaxValue);
        if (targets < 1 || targets > most)
            throw new ToolFailure(ExitCode.Usage, $"--targets {targets}: write 1 to {most}, a slot each");
        var weights = new int[targets];
        Array.Fill(weights, 1);
        Print(io, [.. Enumerable.Range(1, targets).Select(id => (uint)id)], weights, size);
    }

    private static void Print(ToolIo io, HpdpConfig config, uint? only)
    {
        if (only is { } id && config.TargetGroups.All(group => group.Id != id))
            throw new ToolFailure(
                ExitCode.Usage,
                $"--group {id}: there are {string.Join(", ", config.TargetGroups.Select(group => group.Id).Order())}");
        using var engine = new PipelineEngine(config);
        bool isFirst = true;
        foreach (TargetGroupConfig group in config.TargetGroups)
        {
            if (only is not null && group.Id != only)
                continue;
            foreach (GroupTable table in engine.Node.Tables.Groups.Of(group.Id))
            {
                io.Print((isFirst ? "" : "\n") + string.Create(
                    CultureInfo.InvariantCulture,
                    $"{"group",-12}{group.Id}: {table.Ids.Length} of {group.Targets.Length} targets take new flows")
                    + (table.IsNearAlone ? ", near ones alone" : ""));
                isFirst = false;
                if (table.Maglev is { } maglev)
                    Print(io, table.Ids.ToArray(), table.Weights.ToArray(), maglev.Size);
            }
        }
    }

    private static void Print(ToolIo io, uint[] ids, int[] weights, int size)
    {
        foreach (string line in MaglevReport.Lines(ids, weights, size))
            io.Print(line);
    }
}
