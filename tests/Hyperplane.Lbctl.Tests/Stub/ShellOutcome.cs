namespace Hyperplane.Lbctl.Tests.Stub;

/// <summary>How a command ended.</summary>
internal sealed record ShellOutcome(int ExitCode, string Output, string Error)
{
    /// <summary>Both streams, for what must be on neither.</summary>
    public string All => Output + Error;
}
