using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>Takes the messages of a netlink datagram one by one; what is damaged ends it.</summary>
internal ref struct NetlinkReader(ReadOnlySpan<byte> datagram)
{
    private const int HeaderBytes = 16;
    private ReadOnlySpan<byte> _rest = datagram;

    /// <summary>The current message's kind.</summary>
    public ushort Type { get; private set; }

    /// <summary>As the request had it that this answers; 0 for notifications.</summary>
    public uint Sequence { get; private set; }

    /// <summary>Behind the message's header.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>Goes to the next message; false at the end.</summary>
    public bool Read()
    {
        if (_rest.Length < HeaderBytes)
            return false;
        uint bytes = MemoryMarshal.Read<uint>(_rest);
        if (bytes < HeaderBytes || bytes > (uint)_rest.Length)
            return false;
        Type = MemoryMarshal.Read<ushort>(_rest[4..]);
        Sequence = MemoryMarshal.Read<uint>(_rest[8..]);
        Payload = _rest[HeaderBytes..(int)bytes];
        _rest = _rest[Math.Min(_rest.Length, ((int)bytes + 3) & ~3)..];
        return true;
    }

    /// <summary>The value of the first attribute of a kind behind a fixed header of so many bytes; empty when there
    /// is none.</summary>
    public static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> payload, int headerBytes, ushort kind)
    {
        const int AttributeHeaderBytes = 4;
        ReadOnlySpan<byte> rest = payload.Length >= headerBytes ? payload[headerBytes..] : default;
        while (rest.Length >= AttributeHeaderBytes)
        {
            int bytes = MemoryMarshal.Read<ushort>(rest);
            if (bytes < AttributeHeaderBytes || bytes > rest.Length)
                return default;
            if ((MemoryMarshal.Read<ushort>(rest[2..]) & 0x3fff) == kind)
                return rest[AttributeHeaderBytes..bytes];
            rest = rest[Math.Min(rest.Length, (bytes + 3) & ~3)..];
        }

        return default;
    }

    /// <summary>errno of an error message; 0 when it is an acknowledgement or too short.</summary>
    public static int Error(ReadOnlySpan<byte> payload) =>
        payload.Length >= sizeof(int) ? -MemoryMarshal.Read<int>(payload) : 0;
}
