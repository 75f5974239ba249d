namespace Hyperplane.Dataplane.Tool;

/// <summary>Ends a command: its exit code, one sentence, and a line for each single thing that is wrong.</summary>
internal sealed class ToolFailure(ExitCode exitCode, string message, IReadOnlyList<string>? details = null)
    : Exception(message)
{
    /// <summary>What the process answers.</summary>
    public ExitCode ExitCode => exitCode;

    /// <summary>One line each; may be empty.</summary>
    public IReadOnlyList<string> Details => details ?? [];
}
