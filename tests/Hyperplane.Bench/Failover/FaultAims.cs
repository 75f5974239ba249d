namespace Hyperplane.Bench.Failover;

/// <summary>What a fault may cost at most, milliseconds; null: no aim but that nothing breaks.</summary>
/// <param name="DatagramGapMs">Longest time without an answer on a UDP flow.</param>
/// <param name="StallMedianMs">Median over the TCP connections that stalled, at BFD 50 ms x 3.</param>
/// <param name="StallMaxMs">The longest of them on FRR; on BIRD the median's aim holds for it too.</param>
internal sealed record FaultAims(double? DatagramGapMs, double? StallMedianMs, double? StallMaxMs);
