namespace Hyperplane.Agent.Snapshots;

/// <summary>The controller did not answer, or not as agreed; the node goes on without it.</summary>
public sealed class ControllerAwayException : Exception
{
    /// <summary>With the reason alone.</summary>
    public ControllerAwayException(string message)
        : base(message)
    {
    }

    /// <summary>With what it came from.</summary>
    public ControllerAwayException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
