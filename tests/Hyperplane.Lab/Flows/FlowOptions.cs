namespace Hyperplane.Lab.Flows;

/// <summary>How many flows the traffic client opens.</summary>
/// <param name="Steady">TCP connections with a message every 500 ms.</param>
/// <param name="Fast">TCP connections with a message every 20 ms.</param>
/// <param name="Datagrams">UDP flows with a datagram every 5 ms.</param>
/// <param name="ShortsPerSecond">New connections a second, each asked once.</param>
public sealed record FlowOptions(
    int Steady = 2_000, int Fast = 100, int Datagrams = 50, int ShortsPerSecond = 50);
