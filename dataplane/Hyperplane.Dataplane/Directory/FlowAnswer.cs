using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Directory;

/// <summary>A message from the flow directory to a pipeline.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct FlowAnswer
{
    /// <summary>What is told.</summary>
    public FlowAnswerKind Kind;

    /// <summary>The key that was asked for, as asked; otherwise the record's forward key.</summary>
    public FlowKey Key;

    /// <summary>The flow; with <see cref="FlowAnswerKind.Relay"/>, <see cref="FlowAnswerKind.Lost"/> and
    /// <see cref="FlowAnswerKind.Displaced"/> its owner and start say where to.</summary>
    public FlowRecord Record;
}
