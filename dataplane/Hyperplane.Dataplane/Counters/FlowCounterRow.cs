using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Counters;

/// <summary>The counters of a listener or a target: a cache line, written by the pipeline thread alone.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct FlowCounterRow
{
    public ulong NewFlows;
    public ulong ActiveFlows;
    public ulong PacketsIn;
    public ulong BytesIn;
    public ulong PacketsOut;
    public ulong BytesOut;

    /// <summary>Flows that name this row, active or closed; the slot is not given to another while there are
    /// any.</summary>
    public ulong References;

    /// <summary>A target's <see cref="ConnectCounters"/>.</summary>
    public ulong Connects;

    /// <summary>Counts a frame of a side.</summary>
    public void Count(FlowSide side, int frameBytes)
    {
        if (side == FlowSide.Client)
        {
            PacketsIn++;
            BytesIn += (ulong)frameBytes;
        }
        else
        {
            PacketsOut++;
            BytesOut += (ulong)frameBytes;
        }
    }
}
