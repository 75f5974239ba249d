using Hyperplane.Rpc;

namespace Hyperplane.Cells.Contracts;

/// <summary>The agent's side.</summary>
public sealed class CellControlClient(CallInvoker callInvoker)
{
    /// <summary>Over a channel of its own or a shared one, which the caller disposes.</summary>
    public CellControlClient(Channel channel)
        : this((channel ?? throw new ArgumentNullException(nameof(channel))).CreateCallInvoker())
    {
    }

    /// <summary>Asks for a snapshot; dispose the call.</summary>
    public AsyncServerStreamingCall<SnapshotChunk> Ask(AskRequest request, CallOptions options = default) =>
        callInvoker.AsyncServerStreamingCall(CellControlMethods.Ask, null, options, request);

    /// <summary>Reports what the node runs and sees.</summary>
    public AsyncUnaryCall<ReportReply> ReportAsync(NodeReport request, CallOptions options = default) =>
        callInvoker.AsyncUnaryCall(CellControlMethods.Report, null, options, request);
}
