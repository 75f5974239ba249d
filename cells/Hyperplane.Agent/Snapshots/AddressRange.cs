using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots;

/// <summary>The addresses of a prefix, both ends included.</summary>
internal readonly record struct AddressRange(UInt128 First, UInt128 Last)
{
    /// <summary>Whether an address is inside.</summary>
    public bool Contains(UInt128 address) => address >= First && address <= Last;

    /// <summary>Whether a whole range is inside.</summary>
    public bool Contains(AddressRange other) => other.First >= First && other.Last <= Last;

    /// <summary>Whether the two share an address.</summary>
    public bool Overlaps(AddressRange other) => other.First <= Last && First <= other.Last;

    /// <summary>Reads a prefix; null, or what is wrong with it.</summary>
    /// <param name="prefix">As the snapshot has it.</param>
    /// <param name="range">Its addresses.</param>
    /// <param name="shortest">The least length that is allowed.</param>
    public static string? Read(Prefix? prefix, out AddressRange range, uint shortest = 1)
    {
        range = default;
        if (prefix is null)
            return "is missing";
        if (!WireAddress.TryRead(prefix.Address, out UInt128 address))
            return $"has an address of {prefix.Address.Length} bytes, not 4 or 16";
        int bits = WireAddress.IsIpv4(address) ? WireAddress.Ipv4Bits : WireAddress.Ipv6Bits;
        if (prefix.Length < shortest || prefix.Length > bits)
            return $"has length {prefix.Length}, not {shortest} to {bits}";
        int hostLength = bits - (int)prefix.Length;
        UInt128 hostBits = hostLength == WireAddress.Ipv6Bits ? UInt128.MaxValue : (UInt128.One << hostLength) - 1;
        if ((address & hostBits) != 0)
            return $"{WireAddress.Text(address)}/{prefix.Length} has host bits set";
        range = new AddressRange(address, address | hostBits);
        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{WireAddress.Text(First)}–{WireAddress.Text(Last)}";
}
