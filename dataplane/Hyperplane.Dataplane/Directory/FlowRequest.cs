using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Directory;

/// <summary>A message from a pipeline to the flow directory.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct FlowRequest
{
    /// <summary>What is asked or told.</summary>
    public FlowRequestKind Kind;

    /// <summary>With <see cref="FlowRequestKind.NotMine"/>: who relayed.</summary>
    public ushort Node;

    /// <summary>With look-ups and <see cref="FlowRequestKind.NotMine"/>: the frame's own key.</summary>
    public FlowKey Key;

    /// <summary>With insert, update and close: the flow, owner and incarnation filled in.</summary>
    public FlowRecord Record;
}
