namespace Hyperplane.Lbctl;

/// <summary>Ends a command with a message for a person and an exit code for a script.</summary>
/// <remarks>
/// Thrown anywhere in a command and caught at one place, the edge of the process (<c>Cli</c>): a command is one
/// straight line of requests, and each of them may end it.
/// </remarks>
internal sealed class CommandFailure : Exception
{
    /// <summary>A failure without details.</summary>
    public CommandFailure(ExitCode exitCode, string message)
        : this(exitCode, message, [])
    {
    }

    /// <summary>A failure with lines that follow the message.</summary>
    public CommandFailure(ExitCode exitCode, string message, IReadOnlyList<string> details)
        : base(message)
    {
        ExitCode = exitCode;
        Details = details;
    }

    /// <summary>How the process ends.</summary>
    public ExitCode ExitCode { get; }

    /// <summary>One line each, printed below the message.</summary>
    public IReadOnlyList<string> Details { get; }
}
