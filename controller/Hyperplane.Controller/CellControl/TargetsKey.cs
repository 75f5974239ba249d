using Google.Protobuf;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Controller.CellControl;

/// <summary>By what a list of targets that a node told is known again.</summary>
/// <param name="Start">The node's incarnation.</param>
/// <param name="Hash">As the node said; empty when it said none.</param>
internal sealed record TargetsKey(ulong Start, ByteString Hash)
{
    /// <summary>Of no list.</summary>
    public static TargetsKey None { get; } = new(0, ByteString.Empty);

    /// <summary>Of the list that a report has or means.</summary>
    public static TargetsKey Of(NodeReport report) => new(report.Start, report.TargetsHash);
}
