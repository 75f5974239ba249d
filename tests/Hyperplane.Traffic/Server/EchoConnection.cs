using System.Net.Sockets;

namespace Hyperplane.Traffic.Server;

/// <summary>One client's connection: checks each message and its place, sends it back.</summary>
internal sealed class EchoConnection(Socket socket, Poller poller) : IPollable
{
    private readonly byte[] _buffer = new byte[16 * Message.Bytes];
    private int _read;
    private int _checked;
    private int _written;
    private ulong _conversation;
    private ulong _sequence;
    private bool _waits;

    public void OnReady(uint events)
    {
        if (_written < _checked)
        {
            Write();
            return;
        }

        int count = socket.Receive(_buffer.AsSpan(_read), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
            return;
        if (error != SocketError.Success || count == 0)
        {
            End(reset: false);
            return;
        }

        _read += count;
        if (Check())
            Write();
        else
            End(reset: true);
    }

    private bool Check()
    {
        for (; _read - _checked >= Message.Bytes; _checked += Message.Bytes)
        {
            ReadOnlySpan<byte> message = _buffer.AsSpan(_checked, Message.Bytes);
            if (_sequence == 0)
                _conversation = Message.Conversation(message);
            if (!Message.Is(message, _conversation, _sequence++))
                return false;
        }

        return true;
    }

    /// <summary>Nothing more is read before all that was checked is written: a slow reader slows itself.</summary>
    private void Write()
    {
        while (_written < _checked)
        {
            Span<byte> rest = _buffer.AsSpan(_written, _checked - _written);
            int sent = socket.Send(rest, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                WaitToWrite(true);
                return;
            }

            if (error != SocketError.Success)
            {
                End(reset: false);
                return;
            }

            _written += sent;
        }

        _buffer.AsSpan(_checked, _read - _checked).CopyTo(_buffer);
        _read -= _checked;
        _checked = _written = 0;
        WaitToWrite(false);
    }

    private void WaitToWrite(bool waits)
    {
        if (waits != _waits)
            poller.Change(socket, waits ? Poller.Out : Poller.In);
        _waits = waits;
    }

    private void End(bool reset)
    {
        poller.Forget(socket);
        if (reset)
            socket.LingerState = new LingerOption(enable: true, 0);
        socket.Dispose();
    }
}
