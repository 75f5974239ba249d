using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Netlink;

/// <summary>One conversation with rtnetlink (RFC 3549): a request, then acknowledgement or records.</summary>
/// <remarks>Not thread safe; opened for one use and closed. The kernel answers before send returns, so nothing
/// waits.</remarks>
internal sealed class NetlinkSocket : IDisposable
{
    private const int HeaderBytes = 16;
    private const int ReceiveBytes = 65_536;
    private const ushort TypeError = 2;
    private const ushort TypeDone = 3;
    private const int Interrupted = 4;
    private readonly NetlinkSocketHandle _socket = NetlinkSocketHandle.Open();

    /// <summary>A record of an answer: its type and its bytes behind the header.</summary>
    public delegate void RecordHandler(ushort type, ReadOnlySpan<byte> payload);

    /// <summary>Sends a request and reads up to the acknowledgement or the end of a dump; the answer is 0 or
    /// errno.</summary>
    /// <exception cref="NetlinkException">The socket failed or the answer was malformed.</exception>
    public int Exchange(string what, NetlinkRequest request, RecordHandler? onRecord = null)
    {
        Send(what, request.Finish());
        byte[] buffer = new byte[ReceiveBytes];
        while (true)
        {
            ReadOnlySpan<byte> answer = buffer.AsSpan(0, Receive(what, buffer));
            while (answer.Length > 0)
            {
                int length = answer.Length < HeaderBytes ? 0 : BinaryPrimitives.ReadInt32LittleEndian(answer);
                if (length < HeaderBytes || length > answer.Length)
                    throw new NetlinkException(what, 0);
                ushort type = BinaryPrimitives.ReadUInt16LittleEndian(answer[4..]);
                ReadOnlySpan<byte> payload = answer[HeaderBytes..length];
                if (type is TypeError or TypeDone)
                    return payload.Length < 4 ? 0 : -BinaryPrimitives.ReadInt32LittleEndian(payload);
                onRecord?.Invoke(type, payload);
                answer = answer[Math.Min((length + 3) & ~3, answer.Length)..];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private unsafe void Send(string what, ReadOnlySpan<byte> message)
    {
        // SAFETY: the span is pinned for the call and its own length is passed.
        fixed (byte* bytes = message)
        {
            if (NativeSocket.Send(_socket.Descriptor, bytes, message.Length, 0) != message.Length)
                throw new NetlinkException(what, Marshal.GetLastPInvokeError());
        }
    }

    private unsafe int Receive(string what, byte[] buffer)
    {
        while (true)
        {
            nint length;
            // SAFETY: the array is pinned for the call and its own length is passed.
            fixed (byte* bytes = buffer)
                length = NativeSocket.Receive(_socket.Descriptor, bytes, buffer.Length, 0);
            if (length > 0)
                return (int)length;
            int errno = Marshal.GetLastPInvokeError();
            if (length == 0 || errno != Interrupted)
                throw new NetlinkException(what, errno);
        }
    }
}
