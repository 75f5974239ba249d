namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Where a pipeline thread shows that it lives.</summary>
public interface IHeartbeat
{
    /// <summary>Called at least every 10 ms and before each batch, with nanoseconds of CLOCK_MONOTONIC; does not
    /// allocate.</summary>
    void Beat(long nowNs);

    /// <summary>Called when it changes, with whether more than a quarter of the place for half-open flows is
    /// taken.</summary>
    void Tell(bool isCrowded)
    {
    }
}
