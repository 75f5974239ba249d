using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Udp;

/// <summary>A UDP socket over IPv4 that never waits and tells the TTL of each datagram (ip(7), IP_RECVTTL).</summary>
/// <remarks>Lives in the network namespace of the thread that opened it. Not thread safe; sending and receiving
/// allocate nothing. What it sends leaves with TTL 255 and DSCP CS6, as the protocols of routers do (RFC 5082,
/// RFC 4594).</remarks>
public sealed unsafe class UdpSocket : IDisposable
{
    private const int FullTtl = 255;
    private const int NetworkControl = 0xC0;
    private const int ControlBytes = 64;
    private const int ControlHeaderBytes = 16;
    private readonly DescriptorHandle _handle;

    private UdpSocket(DescriptorHandle handle) => _handle = handle;

    /// <summary>For <see cref="DescriptorWait"/>.</summary>
    internal int Descriptor => _handle.Number;

    /// <summary>Opens a socket bound to an address and a port.</summary>
    /// <param name="address">IPv4; 0.0.0.0 for any.</param>
    /// <param name="port">1..65535.</param>
    /// <param name="receiveBufferBytes">What may wait unread; the kernel has its own limits.</param>
    /// <exception cref="UdpSocketException">The kernel refused it.</exception>
    public static UdpSocket Open(IPAddress address, int port, int receiveBufferBytes)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily != AddressFamily.InterNetwork)
            throw new ArgumentException("IPv4 only", nameof(address));
        var handle = new DescriptorHandle(
            NativeUdp.Socket(NativeUdp.FamilyInternet, NativeUdp.TypeDatagramNonBlockingCloseOnExec, 0));
        if (handle.IsInvalid)
            throw new UdpSocketException("UDP socket", Marshal.GetLastPInvokeError());
        var socket = new UdpSocket(handle);
        try
        {
            socket.Set(NativeUdp.LevelIp, NativeUdp.OptionTtl, FullTtl);
            socket.Set(NativeUdp.LevelIp, NativeUdp.OptionReceiveTtl, 1);
            socket.Set(NativeUdp.LevelIp, NativeUdp.OptionTypeOfService, NetworkControl);
            socket.Set(NativeUdp.LevelSocket, NativeUdp.OptionReceiveBuffer, receiveBufferBytes);
            SocketAddress4 name = Name(ToNumber(address), (ushort)port);
            if (NativeUdp.Bind(handle.Number, &name, (uint)sizeof(SocketAddress4)) < 0)
                throw new UdpSocketException($"UDP port {port} of {address}", Marshal.GetLastPInvokeError());
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Opens a socket on a port of a range that is free, beginning to look at a random one.</summary>
    /// <exception cref="UdpSocketException">None is free, or the kernel refused it.</exception>
    public static UdpSocket OpenInRange(
        IPAddress address, int firstPort, int lastPort, int receiveBufferBytes, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int count = lastPort - firstPort + 1;
        int start = random.Next(count);
        for (int i = 0; ; i++)
        {
            try
            {
                return Open(address, firstPort + (start + i) % count, receiveBufferBytes);
            }
            catch (UdpSocketException e) when (e.Errno == NativeUdp.AddressInUseError && i + 1 < count)
            {
                // Taken by someone else: the next one.
            }
        }
    }

    /// <summary>Takes the next datagram that waits; false when there is none.</summary>
    public bool TryReceive(Span<byte> buffer, out UdpArrival arrival)
    {
        byte* control = stackalloc byte[ControlBytes];
        SocketAddress4 from = default;
        // SAFETY: the span is pinned for the call; the kernel writes at most the lengths given, which are those of the
        // span, the local address and the stack block.
        fixed (byte* bytes = buffer)
        {
            var vector = new IoVector { Start = bytes, LengthBytes = (nuint)buffer.Length };
            var message = new MessageHeader
            {
                Name = &from,
                NameBytes = (uint)sizeof(SocketAddress4),
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlBytes = ControlBytes,
            };
            nint length = NativeUdp.ReceiveMessage(_handle.Number, &message, 0);
            if (length < 0)
            {
                arrival = default;
                return false;
            }

            int ttl = ReadTtl(new ReadOnlySpan<byte>(control, (int)Math.Min(message.ControlBytes, ControlBytes)));
            arrival = new UdpArrival(
                BinaryPrimitives.ReverseEndianness(from.AddressBe), BinaryPrimitives.ReverseEndianness(from.PortBe),
                ttl, (int)length);
            return true;
        }
    }

    /// <summary>Sends a datagram; 0 when the kernel took it, otherwise errno.</summary>
    public int Send(ReadOnlySpan<byte> bytes, uint address, ushort port)
    {
        SocketAddress4 to = Name(address, port);
        // SAFETY: the span is pinned for the call and its own length is passed.
        fixed (byte* start = bytes)
        {
            nint sent = NativeUdp.SendTo(
                _handle.Number, start, (nuint)bytes.Length, 0, &to, (uint)sizeof(SocketAddress4));
            return sent == bytes.Length ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>An IPv4 address as a number: 10.0.0.1 is 0x0A000001.</summary>
    public static uint ToNumber(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out int written) && written == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : throw new ArgumentException("IPv4 only", nameof(address));
    }

    /// <summary>Walks <c>struct cmsghdr</c> records (8-byte length, level, type, data, padded to 8).</summary>
    internal static int ReadTtl(ReadOnlySpan<byte> control)
    {
        while (control.Length >= ControlHeaderBytes)
        {
            long length = BitConverter.ToInt64(control);
            if (length < ControlHeaderBytes || length > control.Length)
                return -1;
            if (BitConverter.ToInt32(control[8..]) == NativeUdp.LevelIp
                && BitConverter.ToInt32(control[12..]) == NativeUdp.OptionTtl && length >= ControlHeaderBytes + 4)
                return BitConverter.ToInt32(control[ControlHeaderBytes..]);
            control = control[(int)Math.Min((length + 7) & ~7L, control.Length)..];
        }

        return -1;
    }

    private static SocketAddress4 Name(uint address, ushort port) => new()
    {
        Family = NativeUdp.FamilyInternet,
        PortBe = BinaryPrimitives.ReverseEndianness(port),
        AddressBe = BinaryPrimitives.ReverseEndianness(address),
    };

    private void Set(int level, int name, int value)
    {
        if (NativeUdp.SetOption(_handle.Number, level, name, &value, sizeof(int)) < 0)
            throw new UdpSocketException($"UDP socket option {level}/{name}", Marshal.GetLastPInvokeError());
    }
}
