using Hyperplane.Rpc;

namespace Hyperplane.Cells.Contracts;

/// <summary>The methods of the service between controller and agents; <c>cell_control.proto</c> says what they
/// mean.</summary>
public static class CellControlMethods
{
    /// <summary>With its package.</summary>
    public const string ServiceName = "hyperplane.cells.v1.CellControl";

    /// <summary>One whole snapshot down, in pieces; no piece: unchanged.</summary>
    public static readonly Method<AskRequest, SnapshotChunk> Ask = new(
        MethodType.ServerStreaming,
        ServiceName,
        "Ask",
        Marshallers.ForProtobuf(AskRequest.Parser),
        Marshallers.ForProtobuf(SnapshotChunk.Parser));

    /// <summary>One report up.</summary>
    public static readonly Method<NodeReport, ReportReply> Report = new(
        MethodType.Unary,
        ServiceName,
        "Report",
        Marshallers.ForProtobuf(NodeReport.Parser),
        Marshallers.ForProtobuf(ReportReply.Parser));
}
