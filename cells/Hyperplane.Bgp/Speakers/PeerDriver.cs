using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Bgp;

/// <summary>
/// Gives one session its socket and clock: a single loop, which alone touches the session and the connection.
/// </summary>
internal sealed class PeerDriver
{
    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly BgpPeerOptions _peer;
    private readonly bool _isInternal;
    private readonly BgpSession _session;
    private readonly PeerCommands _commands;
    private readonly PeerMonitor _monitor;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _startedAt;
    private bool _stopped;
    private PeerConnection? _connection;
    private Task? _connecting;
    private Task<int>? _receiving;
    private Task<int>? _sending;
    private bool _sendFailed;

    public PeerDriver(
        BgpSession session,
        BgpPeerOptions peer,
        bool isInternal,
        PeerCommands commands,
        PeerMonitor monitor,
        TimeProvider time,
        ILogger logger)
    {
        _session = session;
        _peer = peer;
        _isInternal = isInternal;
        _commands = commands;
        _monitor = monitor;
        _time = time;
        _logger = logger;
        _startedAt = time.GetTimestamp();
    }

    private long NowMs => (long)_time.GetElapsedTime(_startedAt).TotalMilliseconds;

    /// <summary>Runs until a command stops it.</summary>
    public async Task RunAsync()
    {
        _session.Start(NowMs);
        while (!_stopped)
        {
            try
            {
                await TurnAsync();
            }
            catch (Exception e)
            {
                // The edge of this task: a bug with one peer must not end the others.
                BgpLog.DriverFailed(_logger, e, _peer.Address, _peer.RemoteAs);
                Drop("internal error");
                await Task.Delay(FinishLimit, _time);
            }
        }
    }

    private async Task TurnAsync()
    {
        (IReadOnlyCollection<BgpRoute>? routes, bool bfdDown, string? stopReason, Task wake) = _commands.Take();
        if (routes is not null)
            _session.SetRoutes(routes, NowMs);
        OnCompletions();
        _session.OnTime(NowMs);
        if (bfdDown)
            _session.OnBfdDown(NowMs);
        if (stopReason is not null)
            _session.Stop(stopReason, NowMs);
        _stopped = stopReason is not null;
        _monitor.Look(_session);
        while (_session.TryTakeAction(out BgpAction action))
        {
            if (action == BgpAction.Connect)
                Connect();
            else
                await CloseAsync();
        }

        BeginSend();
        _monitor.Look(_session);
        if (!_stopped)
            await WaitAsync(wake);
    }

    private void BeginSend()
    {
        bool canSend = _connection is not null && _connecting is null && _sending is null && !_sendFailed;
        if (canSend && !_session.Output.IsEmpty)
            _sending = _connection!.SendAsync(_session.Output);
    }

    private void OnCompletions()
    {
        if (_connecting is { IsCompleted: true } connecting)
        {
            _connecting = null;
            if (connecting.IsCompletedSuccessfully)
            {
                _session.OnTransportConnected(_connection!.LocalAddress, NowMs);
                _receiving = _connection.ReceiveAsync();
            }
            else
            {
                Drop($"cannot connect: {Words(connecting)}");
            }
        }

        if (_sending is { IsCompleted: true } sending)
        {
            _sending = null;
            // What the peer said last may still wait in the socket: let the receiving side end the connection.
            _sendFailed = !sending.IsCompletedSuccessfully;
            if (!_sendFailed)
                _session.OnSent(sending.Result, NowMs);
            else
                Observe(sending);
        }

        if (_receiving is { IsCompleted: true } receiving)
            OnReceived(receiving);
    }

    private void OnReceived(Task<int> receiving)
    {
        if (!receiving.IsCompletedSuccessfully)
        {
            Drop($"connection lost: {Words(receiving)}");
        }
        else if (receiving.Result == 0)
        {
            Drop("the peer closed the connection");
        }
        else
        {
            ReadOnlySpan<byte> bytes = _connection!.Received(receiving.Result);
            _session.OnBytes(bytes, NowMs);
            _receiving = _connection.ReceiveAsync();
        }
    }

    private void Connect()
    {
        try
        {
            _connection = PeerConnection.Create(_peer, _isInternal);
            _connecting = _connection.ConnectAsync(new IPEndPoint(_peer.Address, _peer.Port));
        }
        catch (SocketException e)
        {
            Drop($"cannot connect: {e.Message}");
        }
    }

    private async Task CloseAsync()
    {
        if (_connection is not null && _receiving is not null && !_sendFailed && !_session.Output.IsEmpty)
        {
            using var limit = new CancellationTokenSource(FinishLimit, _time);
            await _connection.FinishAsync(_session.Output, _sending, _receiving, limit.Token);
        }

        Release();
    }

    private void Drop(string reason)
    {
        Release();
        _session.OnTransportFailed(reason, NowMs);
    }

    private void Release()
    {
        _connection?.Dispose();
        _connection = null;
        Observe(_connecting);
        Observe(_receiving);
        Observe(_sending);
        _connecting = null;
        _receiving = _sending = null;
        _sendFailed = false;
    }

    private async Task WaitAsync(Task wake)
    {
        using var over = new CancellationTokenSource();
        List<Task> tasks = [wake];
        if (_connecting is not null)
            tasks.Add(_connecting);
        if (_receiving is not null)
            tasks.Add(_receiving);
        if (_sending is not null)
            tasks.Add(_sending);
        if (_session.NextWakeup is { } nextMs)
        {
            double waitMs = Math.Clamp(nextMs - NowMs, 0, LongestWait.TotalMilliseconds);
            tasks.Add(Task.Delay(TimeSpan.FromMilliseconds(waitMs), _time, over.Token));
        }

        await Task.WhenAny(tasks);
        await over.CancelAsync();
    }

    private static string Words(Task task) => task.Exception?.GetBaseException().Message ?? "cancelled";

    private static void Observe(Task? task) => _ = task?.ContinueWith(
        static done => _ = done.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
