using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Flows.Replicas;

/// <summary>What a replica keeps of a flow, side by side: whoever touches one touches the other.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct RecordRow
{
    public FlowRecord4 Record;

    /// <summary>When the record was last heard of; of a free slot, the next free one and 1.</summary>
    public uint HeardSeconds;
}
