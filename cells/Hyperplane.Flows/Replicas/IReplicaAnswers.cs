using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Replicas;

/// <summary>Where a replica's answers go.</summary>
public interface IReplicaAnswers
{
    /// <summary>An answer that carries a record.</summary>
    void Answer(ushort node, FlowOpKind kind, uint tag, in FlowRecord record);

    /// <summary>An answer without a body.</summary>
    void Answer(ushort node, FlowOpKind kind, uint tag);

    /// <summary>A key was decided against its old owner, if it had one: that may still believe to own it.</summary>
    void TellOldOwner(in FlowRecord old, in FlowRecord current);

    /// <summary>Whether whoever holds the replica hears of all that becomes of a record.</summary>
    bool HasPart(in FlowRecord record);

    /// <summary>Something happened.</summary>
    void Count(FlowDirectoryCounter counter);
}
