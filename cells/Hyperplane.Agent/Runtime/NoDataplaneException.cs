namespace Hyperplane.Agent.Runtime;

/// <summary>The kernel does not take the XDP program or its socket: this node can forward nothing, and a new try in
/// this process would end the same way.</summary>
/// <param name="message">One line for an operator: what was tried, the reason, what to do.</param>
/// <param name="inner">What it came from.</param>
public sealed class NoDataplaneException(string message, Exception? inner = null) : Exception(message, inner);
