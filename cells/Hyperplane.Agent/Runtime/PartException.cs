namespace Hyperplane.Agent.Runtime;

/// <summary>A part of the node did not start or is lost; the message says which and why, for an operator.</summary>
public sealed class PartException : Exception
{
    /// <summary>With the reason alone.</summary>
    public PartException(string message)
        : base(message)
    {
    }

    /// <summary>With what it came from.</summary>
    public PartException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
