namespace Hyperplane.Decap;

/// <summary>Ends a command; the message says what failed, why, and what to do.</summary>
internal sealed class DecapFailure(ExitCode exitCode, string message) : Exception(message)
{
    /// <summary>How the process ends.</summary>
    public ExitCode ExitCode { get; } = exitCode;
}
