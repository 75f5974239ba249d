namespace Hyperplane.Dataplane.Admission;

/// <summary>A bucket as one number, the time at which it is empty again (generic cell rate algorithm, ITU-T I.371):
/// <c>bpf/rate.h</c> in C#.</summary>
internal static class LeakyBucket
{
    private const long SecondNs = 1_000_000_000;
    private const long BurstNs = 100_000_000;

    /// <summary>What one costs of a rate that so many nodes share; 0 for no limit.</summary>
    public static long Cost(uint perSecond, int sharers) =>
        perSecond == 0 ? 0 : Math.Max(1, SecondNs * Math.Max(1, sharers) / perSecond);

    /// <summary>Whether one more fits in, where so many bursts may come at once.</summary>
    public static bool HasRoom(long timeNs, long costNs, int bursts, long nowNs) =>
        costNs == 0 || Math.Max(timeNs, nowNs) + costNs <= nowNs + (Math.Max(costNs, BurstNs) * bursts);

    /// <summary>The bucket with one more in it.</summary>
    public static long Take(long timeNs, long costNs, long nowNs) => Math.Max(timeNs, nowNs) + costNs;
}
