using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Hyperplane.Flows;
using Hyperplane.Flows.Calls;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Linux.Polling;
using Hyperplane.Linux.Sockets;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Flows;

/// <summary>A node's way to the replicas of its cell, by its own flow silo: the transport for their
/// addresses.</summary>
/// <remarks>
/// Used by the directory's thread alone, but for the figures; allocates only to connect and to grow. It connects again
/// and again: a node needs no silo to start. A connection that ends takes all replicas with it at once. The protocol is
/// <see cref="CallFrames"/>.</remarks>
public sealed class SiloClient : IFlowTransport, IReplicaCaller, IDisposable
{
    private readonly SiloClientOptions _options;
    private readonly UnixDomainSocketEndPoint _endPoint;
    private readonly ILogger _log;
    private readonly ReplicaLinks _links;
    private readonly CallReader _reader = new(CallFrames.LongestAnswerBytes);
    private readonly CallWriter _writer;
    private readonly bool[] _isOut = new bool[ReplicaAddress.Count];
    private readonly long[] _outSinceNs = new long[ReplicaAddress.Count];
    private StreamSocket? _socket;
    private string? _defect;
    private long _connectedNs;
    private long _nowNs;
    private long _retryAtNs;
    private long _judgeFromNs;
    private bool _isGreeted;
    private bool _isOutage;

    /// <summary>Connects to nobody before <see cref="Open"/>.</summary>
    /// <exception cref="ArgumentException">The socket's path is none, or too long.</exception>
    public SiloClient(SiloClientOptions options, ReplicaLinksOptions links, ILogger log)
    {
        (_options, _log) = (options, log);
        _endPoint = new UnixDomainSocketEndPoint(options.Socket);
        _links = new ReplicaLinks(links, this);
        _writer = new CallWriter(options.QueueBytes);
    }

    /// <summary>Replicas that answer now; any thread.</summary>
    public int Reachable => _links.Reachable;

    /// <summary>Calls that were not answered in time, or failed, since the start; any thread.</summary>
    public long Failures => _links.Failures;

    /// <summary>Begins: the directory hears of replicas as they answer.</summary>
    /// <param name="directory">Made with <see cref="FlowDirectoryOptions.ReplicasLiveElsewhere"/>, and with this for
    /// their addresses (<see cref="RoutedTransport"/>).</param>
    public void Open(FlowDirectory directory) => _links.Open(directory);

    /// <inheritdoc/>
    public bool TrySend(ushort node, ReadOnlySpan<byte> batch) => _links.TrySend(node, batch);

    /// <inheritdoc/>
    public int QueuedBytes(ushort node) => _links.QueuedBytes(node);

    /// <summary>A machine is gone: what lives there is not used until it answers again.</summary>
    public void LosePlace(IPAddress place) =>
        _links.LosePlace(MemoryMarshal.Read<uint>(place.GetAddressBytes()));

    /// <summary>What has to wake the directory's thread.</summary>
    public void Watch(PollSet set)
    {
        if (_socket is { } socket)
            set.Add(socket.Descriptor, PollEvents.Readable | (_writer.IsEmpty ? PollEvents.None : PollEvents.Writable));
    }

    /// <summary>Takes answers and looks what is due; call it before each turn of the directory.</summary>
    /// <returns>When to call it again at the latest.</returns>
    public long Turn(long nowNs)
    {
        if (nowNs - _nowNs > _options.SilenceNs / 2)
            _judgeFromNs = nowNs + _options.SilenceNs; // who stood still itself judges nobody
        _nowNs = nowNs;
        if (_socket is null && !TryConnect())
            return _retryAtNs;
        Receive();
        if (_defect is null && nowNs >= _judgeFromNs)
            LookForSilence();
        if (_defect is not null)
            return Disconnect();
        if (!_isGreeted)
            return _connectedNs + _options.SilenceNs;
        return _links.Turn(nowNs);
    }

    /// <summary>Sends what was asked for; call it after each turn of the directory.</summary>
    public void Flush()
    {
        while (_socket is not null && _defect is null && !_writer.IsEmpty)
        {
            int sent = _socket.Send(_writer.Waiting.Span);
            if (sent == -SocketErrno.Again)
                break;
            if (sent > 0)
                _writer.Sent(sent);
            else if (sent != -SocketErrno.Interrupted)
                _defect = Marshal.GetPInvokeErrorMessage(-sent);
        }
        if (_defect is not null)
            Disconnect();
    }

    /// <inheritdoc/>
    public void Call(ushort address, ReadOnlySpan<byte> request)
    {
        int index = address - ReplicaAddress.First;
        (_isOut[index], _outSinceNs[index]) = (true, _nowNs);
        if (!_writer.TryAdd(address, request))
            _defect ??= "it does not read what is sent";
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private bool TryConnect()
    {
        if (_nowNs < _retryAtNs)
            return false;
        int answer = StreamSocket.Connect(_endPoint, out _socket);
        if (_socket is null)
        {
            NoteOutage(Marshal.GetPInvokeErrorMessage(-answer));
            _retryAtNs = _nowNs + _options.RetryNs;
            return false;
        }
        _connectedNs = _nowNs;
        _writer.TryAdd(CallFrames.Hello, Encoding.UTF8.GetBytes(_options.Cell));
        return true;
    }

    private void Receive()
    {
        while (_defect is null)
        {
            int received = _socket!.Receive(_reader.Space.Span);
            if (received == -SocketErrno.Again)
                return;
            if (received == -SocketErrno.Interrupted)
                continue;
            if (received <= 0)
            {
                _defect = received == 0 ? "it closed the connection" : Marshal.GetPInvokeErrorMessage(-received);
                return;
            }
            _reader.Add(received);
            while (_defect is null && _reader.TryRead(out ushort address, out ReadOnlySpan<byte> body))
                Take(address, body);
            _defect ??= _reader.Defect;
        }
    }

    private void Take(ushort address, ReadOnlySpan<byte> body)
    {
        if (!_isGreeted)
        {
            _isGreeted = address == CallFrames.Hello && body.IsEmpty;
            if (_isGreeted)
                Connected();
            else
                _defect = "it does not say hello";
            return;
        }
        int index = address - ReplicaAddress.First;
        if (index < 0 || !_isOut[index])
        {
            _defect = $"it answers what was not asked, as replica {address}";
            return;
        }
        _isOut[index] = false;
        _links.OnAnswer(address, body);
    }

    private void LookForSilence()
    {
        bool isSilent = !_isGreeted && _nowNs - _connectedNs > _options.SilenceNs;
        for (int i = 0; i < _isOut.Length; i++)
            isSilent |= _isOut[i] && _nowNs - _outSinceNs[i] > _options.SilenceNs;
        if (isSilent)
            _defect = "it does not answer";
    }

    private void Connected()
    {
        _isOutage = false;
        AgentLog.SiloReached(_log);
    }

    /// <summary>When to turn next.</summary>
    private long Disconnect()
    {
        NoteOutage(_defect!);
        _socket!.Dispose();
        _socket = null;
        (_defect, _isGreeted, _retryAtNs) = (null, false, _nowNs + _options.RetryNs);
        Array.Clear(_isOut);
        _reader.Clear();
        _writer.Clear();
        _links.LoseAll(_nowNs);
        return _retryAtNs;
    }

    /// <summary>Told once, until the silo is reached again.</summary>
    private void NoteOutage(string reason)
    {
        if (!_isOutage)
            AgentLog.SiloNotReached(_log, _options.Socket, reason);
        _isOutage = true;
    }
}
