using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Traffic.Client;

/// <summary>One UDP flow: a datagram at each turn; what counts is the longest time without an answer.</summary>
internal sealed class DatagramFlow : IPollable, IDisposable
{
    private const int Remembered = 64;
    private static readonly byte[] Arrived = new byte[2048];
    private readonly Poller _poller;
    private readonly Socket _socket;
    private readonly ulong _id;
    private readonly byte[] _out = new byte[Message.Bytes];
    private readonly long[] _sentAtNs = new long[Remembered];
    private long _answeredAtNs;
    private long _answeredSentAtNs;
    private long _worstNs;

    public DatagramFlow(Poller poller, IPEndPoint vip, ulong id)
    {
        _poller = poller;
        _id = id;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        _socket.Connect(vip);
        poller.Watch(_socket, Poller.In, this);
    }

    public long Sent { get; private set; }

    public long Answered { get; private set; }

    public long Wrong { get; private set; }

    public long Refused { get; private set; }

    /// <summary>Whether a datagram that was sent after a moment came back, or none came for very long.</summary>
    public bool IsAnsweredSince(long sinceNs, long nowNs) =>
        _answeredSentAtNs >= sinceNs || WaitingNs(nowNs) > Conversation.SilentNs;

    /// <summary>The longest time between two answers since the last call.</summary>
    public long TakeWorstNs(long nowNs)
    {
        long worst = Math.Max(_worstNs, WaitingNs(nowNs));
        _worstNs = 0;
        return worst;
    }

    /// <summary>Its turn to send.</summary>
    public void Turn(long nowNs)
    {
        _sentAtNs[Sent % Remembered] = nowNs;
        Message.Write(_out, _id, (ulong)Sent);
        _socket.Send(_out, SocketFlags.None, out SocketError error);
        if (error == SocketError.Success)
            Sent++;
        else if (error != SocketError.WouldBlock)
            Refused++;
    }

    public void OnReady(uint events)
    {
        int count = _socket.Receive(Arrived, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success)
        {
            if (error != SocketError.WouldBlock)
                Refused++;
            return;
        }

        ReadOnlySpan<byte> datagram = Arrived.AsSpan(0, count);
        if (count != Message.Bytes || !Message.Is(datagram, _id, Message.Sequence(datagram)))
        {
            Wrong++;
            return;
        }

        long sequence = (long)Message.Sequence(datagram);
        if (sequence > Sent - Remembered)
            _answeredSentAtNs = Math.Max(_answeredSentAtNs, _sentAtNs[sequence % Remembered]);
        long nowNs = Stopwatch.GetTimestamp();
        if (Answered++ > 0)
            _worstNs = Math.Max(_worstNs, nowNs - _answeredAtNs);
        _answeredAtNs = nowNs;
    }

    public void Dispose()
    {
        _poller.Forget(_socket);
        _socket.Dispose();
    }

    /// <summary>Time since the last answer; 0 before the first.</summary>
    private long WaitingNs(long nowNs) => Answered == 0 ? 0 : nowNs - _answeredAtNs;
}
