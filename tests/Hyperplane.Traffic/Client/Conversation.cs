using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Traffic.Client;

/// <summary>One TCP connection: sends a message at each turn, whether or not the last was answered, and checks the
/// echoes.</summary>
/// <remarks>Times are CLOCK_MONOTONIC in nanoseconds. At most 1,024 messages wait for their echo; then turns are left
/// out.</remarks>
internal sealed class Conversation : IPollable, IDisposable
{
    /// <summary>Without an answer for so long a flow counts as lost.</summary>
    public const long SilentNs = 15_000_000_000;

    private const int MostWaiting = 1_024;
    private static readonly byte[] Arrived = new byte[16 * 1024];
    private readonly Poller _poller;
    private readonly Socket _socket;
    private readonly ulong _id;
    private readonly long[] _sentAtNs = new long[MostWaiting];
    private readonly byte[] _out = new byte[Message.Bytes];
    private readonly byte[] _in = new byte[Message.Bytes];
    private int _outLeft;
    private int _inFilled;
    private ulong _sent;
    private ulong _echoed;
    private bool _connected;
    private long _worstNs;

    public Conversation(Poller poller, IPEndPoint vip, ulong id)
    {
        _poller = poller;
        _id = id;
        _socket = Connecting.Begin(vip);
        poller.Watch(_socket, Poller.Out, this);
    }

    /// <summary>Whether and how it broke.</summary>
    public Ending Ending { get; private set; }

    /// <summary>How it broke, in words: what the kernel said, and of which port; null while it has not.</summary>
    public string? Broke { get; private set; }

    /// <summary>Whether at least one echo came.</summary>
    public bool IsAnswered => _echoed > 0;

    /// <summary>How long the oldest unanswered message has been waiting.</summary>
    public long WaitingNs(long nowNs) =>
        _sent > _echoed && Ending == Ending.None ? nowNs - _sentAtNs[_echoed % MostWaiting] : 0;

    /// <summary>Whether a message that was sent after a moment came back, or none ever will.</summary>
    public bool IsAnsweredSince(long sinceNs) =>
        Ending != Ending.None || (_echoed > 0 && _sentAtNs[(_echoed - 1) % MostWaiting] >= sinceNs);

    /// <summary>The longest time between a message and its echo since the last call.</summary>
    public long TakeWorstNs(long nowNs)
    {
        long worst = Math.Max(_worstNs, WaitingNs(nowNs));
        _worstNs = 0;
        return worst;
    }

    /// <summary>Its turn to send.</summary>
    public void Turn(long nowNs)
    {
        if (Ending != Ending.None || !_connected)
            return;
        if (WaitingNs(nowNs) > SilentNs)
        {
            End(Ending.Silent);
            return;
        }

        if (_outLeft == 0)
        {
            if (_sent - _echoed == MostWaiting)
                return;
            Message.Write(_out, _id, _sent);
            _sentAtNs[_sent++ % MostWaiting] = nowNs;
            _outLeft = Message.Bytes;
        }

        int written = _socket.Send(_out.AsSpan(Message.Bytes - _outLeft), SocketFlags.None, out SocketError error);
        if (error == SocketError.Success)
            _outLeft -= written;
        else if (error != SocketError.WouldBlock)
            End(Ending.Reset, error);
    }

    public void OnReady(uint events)
    {
        if (Ending != Ending.None)
            return;
        if (!_connected)
        {
            Connected();
            return;
        }

        int count = _socket.Receive(Arrived, SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
            return;
        if (error != SocketError.Success || count == 0)
            End(error != SocketError.Success ? Ending.Reset : Ending.Closed, error);
        else
            Take(Arrived.AsSpan(0, count), Stopwatch.GetTimestamp());
    }

    public void Dispose()
    {
        if (Ending == Ending.None)
            End(Ending.Closed);
    }

    private void Connected()
    {
        SocketError error = Connecting.Result(_socket);
        if (error != SocketError.Success)
        {
            End(Ending.Reset, error);
            return;
        }

        _connected = true;
        _poller.Change(_socket, Poller.In);
        Turn(Stopwatch.GetTimestamp());
    }

    private void Take(ReadOnlySpan<byte> bytes, long nowNs)
    {
        while (bytes.Length > 0)
        {
            int count = Math.Min(bytes.Length, Message.Bytes - _inFilled);
            bytes[..count].CopyTo(_in.AsSpan(_inFilled));
            bytes = bytes[count..];
            _inFilled += count;
            if (_inFilled < Message.Bytes)
                return;
            _inFilled = 0;
            if (_echoed == _sent || !Message.Is(_in, _id, _echoed))
            {
                End(Ending.Wrong);
                return;
            }

            _worstNs = Math.Max(_worstNs, nowNs - _sentAtNs[_echoed++ % MostWaiting]);
        }
    }

    private void End(Ending ending, SocketError error = SocketError.Success)
    {
        Ending = ending;
        string phase = _connected ? $"after {_echoed} echoes" : "while connecting";
        Broke = $"{ending} {phase} ({error}, port {(_socket.LocalEndPoint as IPEndPoint)?.Port})";
        _poller.Forget(_socket);
        _socket.Dispose();
    }
}
