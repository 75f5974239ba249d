using System.Runtime.CompilerServices;
using Hyperplane.Agent.Enrolment;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;

namespace Hyperplane.Agent.Hosting;

/// <summary>The controller over gRPC; the node's certificate goes with every connection.</summary>
public sealed class GrpcCellControl : ICellControl, IDisposable
{
    /// <summary>A renewed certificate is in use so soon: the old one holds for a third of its life by then.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan EnrolmentWait = TimeSpan.FromSeconds(1);

    private readonly string _address;
    private readonly CredentialKeeper _keeper;
    private readonly TimeProvider _time;
    private readonly Channel _channel;
    private readonly CellControlClient _client;

    /// <summary>Does not connect before the first call.</summary>
    /// <param name="address"><c>unix:/path</c> or <c>https://host:port</c>.</param>
    /// <param name="keeper">Has the node's certificate, or will.</param>
    /// <param name="time">The clock of deadlines.</param>
    public GrpcCellControl(string address, CredentialKeeper keeper, TimeProvider time)
    {
        (_address, _keeper, _time) = (address, keeper, time);
        _channel = Channel.ForAddress(address, new ChannelOptions
        {
            TimeProvider = time,
            ConnectionLifetime = ConnectionLifetime,
            Tls = ControllerTls.With(
                () => keeper.Credentials?.Authority, () => keeper.Credentials?.Certificate, time),
        });
        _client = new CellControlClient(_channel);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SnapshotChunk> AskAsync(
        AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await EnrolledAsync(cancellationToken);
        using AsyncServerStreamingCall<SnapshotChunk> call = _client.Ask(request, Options(cancellationToken));
        while (await NextAsync(call.ResponseStream, cancellationToken))
            yield return call.ResponseStream.Current;
    }

    /// <inheritdoc/>
    public async Task<ReportReply> ReportAsync(NodeReport report, CancellationToken cancellationToken)
    {
        await EnrolledAsync(cancellationToken);
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

    private async Task EnrolledAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _keeper.Ready.WaitAsync(EnrolmentWait, _time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new ControllerAwayException($"{_address}: the node has not enrolled", e);
        }
    }

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

    private static CallOptions Options(CancellationToken cancellationToken) => new(null, null, cancellationToken);
}
