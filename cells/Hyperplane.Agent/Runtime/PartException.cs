namespace Hyperplane.Agent.Runtime;

/// <summary>A part of the node did not start; the message says which and why, for an operator.</summary>
public sealed class PartException(string message, Exception inner) : Exception(message, inner);
