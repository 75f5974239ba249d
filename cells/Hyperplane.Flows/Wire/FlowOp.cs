using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Wire;

/// <summary>One operation of a batch, decoded.</summary>
public struct FlowOp
{
    /// <summary>What it says.</summary>
    public FlowOpKind Kind { get; set; }

    /// <summary>With <see cref="FlowOpKind.Status"/>: a <see cref="NodeFlags"/>.</summary>
    public byte Flags { get; set; }

    /// <summary>Joins answer and question; 0 when no answer is wanted.</summary>
    public uint Tag { get; set; }

    /// <summary>Of operations that carry a key.</summary>
    public FlowKey Key { get; set; }

    /// <summary>Of operations that carry a view.</summary>
    public ulong View { get; set; }

    /// <summary>Of operations that carry a record.</summary>
    public FlowRecord Record { get; set; }
}
