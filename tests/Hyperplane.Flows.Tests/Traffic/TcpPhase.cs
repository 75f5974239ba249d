namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>Where an end of a connection is, as far as its kernel tells apart here.</summary>
internal enum TcpPhase
{
    SynSent,
    SynReceived,
    Established,
    TimeWait,
    Over,
}
