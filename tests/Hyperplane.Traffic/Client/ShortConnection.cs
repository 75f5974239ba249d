using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Traffic.Client;

/// <summary>A connection that is opened, asked once and closed.</summary>
internal sealed class ShortConnection : IPollable
{
    private const long LimitNs = 3_000_000_000;
    private readonly Poller _poller;
    private readonly Socket _socket;
    private readonly ulong _id;
    private readonly byte[] _message = new byte[Message.Bytes];
    private int _filled;
    private bool _asked;

    public ShortConnection(Poller poller, IPEndPoint vip, ulong id, long nowNs)
    {
        _poller = poller;
        _id = id;
        StartedNs = nowNs;
        _socket = Connecting.Begin(vip);
        poller.Watch(_socket, Poller.Out, this);
    }

    public long StartedNs { get; }

    /// <summary>When the echo came; 0: not yet, or never.</summary>
    public long EchoedNs { get; private set; }

    /// <summary>Over, well or not.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Ends it when its time is up.</summary>
    public void Check(long nowNs)
    {
        if (!IsOver && nowNs - StartedNs > LimitNs)
            End(0);
    }

    public void OnReady(uint events)
    {
        if (IsOver)
            return;
        if (!_asked)
        {
            Ask();
            return;
        }

        int count = _socket.Receive(_message.AsSpan(_filled), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
            return;
        _filled += count;
        if (error != SocketError.Success || count == 0)
            End(0);
        else if (_filled == Message.Bytes)
            End(Message.Is(_message, _id, 0) ? Stopwatch.GetTimestamp() : 0);
    }

    /// <summary>Closes it, if it is not closed.</summary>
    public void End(long echoedNs)
    {
        if (IsOver)
            return;
        IsOver = true;
        EchoedNs = echoedNs;
        _poller.Forget(_socket);
        _socket.Dispose();
    }

    private void Ask()
    {
        if (Connecting.Result(_socket) != SocketError.Success)
        {
            End(0);
            return;
        }

        _asked = true;
        Message.Write(_message, _id, 0);
        int sent = _socket.Send(_message, SocketFlags.None, out _);
        if (sent == Message.Bytes)
            _poller.Change(_socket, Poller.In);
        else
            End(0);
    }
}
