namespace Hyperplane.Agent.Runtime;

/// <summary>The node stood still for longer than the detection time: other nodes own its flows, and everything begins
/// anew, under a new incarnation.</summary>
public sealed class SleptException(string message) : Exception(message);
