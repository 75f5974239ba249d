namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>Queues of an interface.</summary>
/// <param name="Receive">Those that frames arrive by.</param>
/// <param name="Transmit">Those that frames leave by.</param>
internal readonly record struct QueueCounts(int Receive, int Transmit);
