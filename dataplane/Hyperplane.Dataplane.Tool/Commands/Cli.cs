using System.CommandLine;

namespace Hyperplane.Dataplane.Tool.Commands;

/// <summary>The edge of the process: words in, exit code out.</summary>
internal sealed class Cli
{
    private readonly ToolIo _io;
    private readonly RootCommand _root;

    /// <summary>Builds the commands; runs none.</summary>
    public Cli(ToolIo io)
    {
        _io = io;
        _root = new RootCommand("Runs Hyperplane's dataplane on captures and single packets, without a network")
        {
            ReplayCommand.Create(io),
            TraceCommand.Create(io),
            MaglevCommand.Create(io),
        };
    }

    /// <summary>Runs one command line; gives the exit code.</summary>
    public async Task<int> RunAsync(string[] words)
    {
        ParseResult parse = _root.Parse(words);
        if (parse.Errors.Count > 0)
        {
            foreach (string message in parse.Errors.Select(error => error.Message))
                await _io.Notes.WriteLineAsync($"error: {message}");
            string command = parse.CommandResult.Command is RootCommand ? "" : parse.CommandResult.Command.Name + " ";
            await _io.Notes.WriteLineAsync($"hint: hpdp {command}--help");
            return (int)ExitCode.Usage;
        }
        return await parse.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, Error = _io.Notes });
    }
}
