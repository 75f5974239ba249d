using Hyperplane.Rpc;

namespace Hyperplane.Cells.Contracts;

/// <summary>The server's side; a method that is not overridden is answered "unimplemented".</summary>
public abstract class CellControlBase
{
    /// <summary>Serves <see cref="CellControlMethods.Ask"/>.</summary>
    public virtual Task Ask(
        AskRequest request, IServerStreamWriter<SnapshotChunk> responseStream, ServerCallContext context) =>
        throw new RpcException(new Status(StatusCode.Unimplemented, ""));

    /// <summary>Serves <see cref="CellControlMethods.Report"/>.</summary>
    public virtual Task<ReportReply> Report(NodeReport request, ServerCallContext context) =>
        throw new RpcException(new Status(StatusCode.Unimplemented, ""));

    /// <summary>For <c>app.MapRpcService(…)</c>.</summary>
    public ServerServiceDefinition BindService() => ServerServiceDefinition.CreateBuilder()
        .AddMethod(CellControlMethods.Ask, Ask)
        .AddMethod(CellControlMethods.Report, Report)
        .Build();
}
