using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots;

/// <summary>The IPv4 addresses of a prefix, both ends included.</summary>
internal readonly record struct AddressRange(uint First, uint Last)
{
    /// <summary>Whether an address is inside.</summary>
    public bool Contains(uint address) => address >= First && address <= Last;

    /// <summary>Whether a whole range is inside.</summary>
    public bool Contains(AddressRange other) => other.First >= First && other.Last <= Last;

    /// <summary>Whether the two share an address.</summary>
    public bool Overlaps(AddressRange other) => other.First <= Last && First <= other.Last;

    /// <summary>Reads a prefix; null, or what is wrong with it.</summary>
    public static string? Read(Prefix? prefix, out AddressRange range)
    {
        range = default;
        if (prefix is null)
            return "is missing";
        if (!WireAddress.TryRead(prefix.Address, out uint address))
            return $"has an address of {prefix.Address.Length} bytes, not 4";
        if (prefix.Length is 0 or > 32)
            return $"has length {prefix.Length}, not 1 to 32";
        uint hostBits = prefix.Length == 32 ? 0 : uint.MaxValue >> (int)prefix.Length;
        if ((address & hostBits) != 0)
            return $"{WireAddress.Text(address)}/{prefix.Length} has host bits set";
        range = new AddressRange(address, address | hostBits);
        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{WireAddress.Text(First)}–{WireAddress.Text(Last)}";
}
