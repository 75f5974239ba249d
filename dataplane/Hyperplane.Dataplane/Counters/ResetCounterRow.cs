using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Counters;

/// <summary>The resets of a listener or a target, written by the pipeline thread alone.</summary>
internal struct ResetCounterRow
{
    public ulong FromClients;
    public ulong FromTargets;

    /// <summary>Made here.</summary>
    public ulong Own;

    /// <summary>Counts one that was forwarded.</summary>
    public void Count(FlowSide side)
    {
        if (side == FlowSide.Client)
            FromClients++;
        else
            FromTargets++;
    }
}
