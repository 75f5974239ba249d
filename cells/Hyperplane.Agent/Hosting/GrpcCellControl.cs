using System.Runtime.CompilerServices;
using Hyperplane.Agent.Enrolment;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;

namespace Hyperplane.Agent.Hosting;

/// <summary>The controller over gRPC; the node's certificate goes with every connection.</summary>
/// <remarks>With a new certificate, new calls take a new connection; those under way end on the old one.</remarks>
public sealed class GrpcCellControl : ICellControl, IDisposable
{
    private static readonly TimeSpan EnrolmentWait = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _address;
    private readonly CredentialKeeper _keeper;
    private readonly TimeProvider _time;
    private ControllerLine? _line;

    /// <summary>Does not connect before the first call.</summary>
    /// <param name="address"><c>unix:/path</c> or <c>https://host:port</c>.</param>
    /// <param name="keeper">Has the node's certificate, or will.</param>
    /// <param name="time">The clock of deadlines.</param>
    public GrpcCellControl(string address, CredentialKeeper keeper, TimeProvider time) =>
        (_address, _keeper, _time) = (address, keeper, time);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SnapshotChunk> AskAsync(
        AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ControllerLine line = await EnterAsync(cancellationToken);
        try
        {
            using AsyncServerStreamingCall<SnapshotChunk> call = line.Client.Ask(request, Options(cancellationToken));
            while (await NextAsync(call.ResponseStream, cancellationToken))
                yield return call.ResponseStream.Current;
        }
        finally
        {
            line.Leave();
        }
    }

    /// <inheritdoc/>
    public async Task<ReportReply> ReportAsync(NodeReport report, CancellationToken cancellationToken)
    {
        ControllerLine line = await EnterAsync(cancellationToken);
        try
        {
            return await line.Client.ReportAsync(report, Options(cancellationToken));
        }
        catch (RpcException e)
        {
            throw Away(e, cancellationToken);
        }
        finally
        {
            line.Leave();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            _line?.Retire();
    }

    private async Task<ControllerLine> EnterAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _keeper.Ready.WaitAsync(EnrolmentWait, _time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new ControllerAwayException($"{_address}: the node has not enrolled", e);
        }

        lock (_gate)
        {
            NodeCredentials credentials = _keeper.Credentials!;
            if (!ReferenceEquals(_line?.Credentials, credentials))
            {
                _line?.Retire();
                _line = new ControllerLine(_address, credentials, _time);
            }

            return _line.TryEnter() ? _line : throw new ObjectDisposedException(nameof(GrpcCellControl));
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
