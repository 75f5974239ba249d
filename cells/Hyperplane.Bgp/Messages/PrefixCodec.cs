using System.Net;

namespace Hyperplane.Bgp.Messages;

/// <summary>Prefixes as NLRI has them: length in bits, then only the bytes that matter (RFC 4271 4.3).</summary>
internal static class PrefixCodec
{
    /// <summary>Bytes that a prefix takes.</summary>
    public static int SizeBytes(IPNetwork prefix) => 1 + (prefix.PrefixLength + 7) / 8;

    /// <summary>Writes one; returns its length in bytes.</summary>
    public static int Write(Span<byte> destination, IPNetwork prefix)
    {
        Span<byte> address = stackalloc byte[16];
        prefix.BaseAddress.TryWriteBytes(address, out _);
        destination[0] = (byte)prefix.PrefixLength;
        int size = SizeBytes(prefix);
        address[..(size - 1)].CopyTo(destination[1..]);
        return size;
    }

    /// <summary>Reads a whole list; false when a length exceeds the family or the list ends inside a prefix.</summary>
    public static bool TryReadAll(ReadOnlySpan<byte> list, BgpFamily family, List<IPNetwork> prefixes)
    {
        int addressBytes = family.Afi == BgpFamily.Ipv4Unicast.Afi ? 4 : 16;
        Span<byte> address = stackalloc byte[16];
        while (!list.IsEmpty)
        {
            int lengthBits = list[0];
            int valueBytes = (lengthBits + 7) / 8;
            if (lengthBits > addressBytes * 8 || list.Length < 1 + valueBytes)
                return false;
            address.Clear();
            list.Slice(1, valueBytes).CopyTo(address);
            if (lengthBits % 8 != 0)
                address[valueBytes - 1] &= (byte)(0xFF << (8 - lengthBits % 8));
            prefixes.Add(new IPNetwork(new IPAddress(address[..addressBytes]), lengthBits));
            list = list[(1 + valueBytes)..];
        }

        return true;
    }
}
