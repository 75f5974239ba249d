using System.CommandLine;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary><c>--watch</c> and <c>--interval</c> of the commands that show counters.</summary>
internal sealed class WatchOptions
{
    private const int UsualSeconds = 2;

    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Show what goes on, with charts on a terminal and else a line each time, until Ctrl-C",
    };

    private readonly Option<int?> _interval = NumberOption.Of(
        "--interval", 1, 3600, $"Seconds between two readings of --watch ({UsualSeconds})");

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_watch);
        command.Options.Add(_interval);
    }

    /// <summary>The seconds between two readings; null when there is to be one reading.</summary>
    public int? Read(ParseResult parse)
    {
        int? interval = parse.GetValue(_interval);
        if (parse.GetValue(_watch))
            return interval ?? UsualSeconds;
        return interval is null ? null : throw new CommandFailure(ExitCode.Usage, "--interval is of --watch");
    }
}
