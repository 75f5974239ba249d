using System.Text;
using Hyperplane.Dataplane.Tool.Commands;

namespace Hyperplane.Dataplane.Tool.Tests.Commands;

/// <summary>What a command line gave.</summary>
internal sealed record CommandLine(int ExitCode, string Output, string Notes)
{
    public static async Task<CommandLine> RunAsync(params string[] words)
    {
        var output = new MemoryStream();
        var notes = new StringWriter();
        int exitCode = await new Cli(new ToolIo(output, notes)).RunAsync(words);
        return new CommandLine(exitCode, Encoding.UTF8.GetString(output.ToArray()), notes.ToString());
    }
}
