using System.Runtime.CompilerServices;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;

namespace Hyperplane.Agent.Hosting;

/// <summary>The controller over gRPC; the cell's key goes with every call.</summary>
public sealed class GrpcCellControl : ICellControl, IDisposable
{
    private readonly string _address;
    private readonly Channel _channel;
    private readonly CellControlClient _client;
    private readonly Metadata _headers;

    /// <summary>Does not connect before the first call.</summary>
    /// <param name="address"><c>unix:/path</c> or <c>http://host:port</c>.</param>
    /// <param name="key">The cell's key; never logged.</param>
    /// <param name="time">The clock of deadlines.</param>
    public GrpcCellControl(string address, string key, TimeProvider time)
    {
        _address = address;
        _channel = Channel.ForAddress(address, new ChannelOptions { TimeProvider = time });
        _client = new CellControlClient(_channel);
        _headers = new Metadata { { "authorization", $"Bearer {key}" } };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SnapshotChunk> AskAsync(
        AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using AsyncServerStreamingCall<SnapshotChunk> call = _client.Ask(request, Options(cancellationToken));
        while (await NextAsync(call.ResponseStream, cancellationToken))
            yield return call.ResponseStream.Current;
    }

    /// <inheritdoc/>
    public async Task<ReportReply> ReportAsync(NodeReport report, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.ReportAsync(report, Options(cancellationToken));
        }
        catch (RpcException e)
        {
            throw Away(e, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private async Task<bool> NextAsync(IAsyncStreamReader<SnapshotChunk> stream,
        CancellationToken cancellationToken)
    {
        try
        {
            return await stream.MoveNext(cancellationToken);
        }
        catch (RpcException e)
        {
            throw Away(e, cancellationToken);
        }
    }

    private Exception Away(RpcException e, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
        ? new OperationCanceledException(e.Message, e, cancellationToken)
        : new ControllerAwayException($"{_address}: {e.StatusCode}: {e.Status.Detail}", e);

    private CallOptions Options(CancellationToken cancellationToken) => new(_headers, null, cancellationToken);
}
