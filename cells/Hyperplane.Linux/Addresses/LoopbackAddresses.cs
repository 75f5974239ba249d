using System.Net;
using System.Net.Sockets;
using System.Text;
using Hyperplane.Linux.Netlink;

namespace Hyperplane.Linux.Addresses;

/// <summary>The addresses on <c>lo</c> that belong to the agent: its probe address, labelled so that a later start
/// finds it.</summary>
/// <remarks>IPv4. Works in the network namespace of the process; <c>lo</c> has index 1 in every namespace.
/// Message layout: include/uapi/linux/if_addr.h.</remarks>
public static class LoopbackAddresses
{
    /// <summary>What marks an address as ours, in <c>ip address show lo</c>.</summary>
    public const string Label = "lo:hyperplane";

    private const ushort NewAddress = 20;
    private const ushort DeleteAddress = 21;
    private const ushort GetAddress = 22;
    private const ushort FlagRequest = 1;
    private const ushort FlagAcknowledge = 4;
    private const ushort FlagCreateExclusive = 0x400 | 0x200;
    private const ushort FlagDump = 0x300;
    private const ushort AttributeAddress = 1;
    private const ushort AttributeLocal = 2;
    private const ushort AttributeLabel = 3;
    private const int Exists = 17;
    private const int AddressNotAvailable = 99;
    private const byte FamilyInternet = 2;
    private const byte LoopbackIndex = 1;

    /// <summary>Makes <paramref name="wanted"/> (or nothing) the only address of ours; what is right already stays
    /// untouched.</summary>
    /// <returns>Whether anything was changed.</returns>
    /// <exception cref="NetlinkException">The kernel refused it (no right to, no such address family).</exception>
    public static bool Set(IPAddress? wanted)
    {
        using var socket = new NetlinkSocket();
        bool changed = false;
        bool present = false;
        foreach ((IPAddress address, string label) in Read(socket))
        {
            bool same = address.Equals(wanted);
            present |= same;
            if (same || !string.Equals(label, Label, StringComparison.Ordinal))
                continue;
            Change(socket, $"removing {address} from lo", DeleteAddress, 0, address, AddressNotAvailable);
            changed = true;
        }

        if (wanted is null || present)
            return changed;
        Change(socket, $"adding {wanted} to lo", NewAddress, FlagCreateExclusive, wanted, Exists);
        return true;
    }

    /// <summary>The addresses on <c>lo</c> that carry the agent's label.</summary>
    /// <exception cref="NetlinkException">The kernel refused to tell.</exception>
    public static IReadOnlyList<IPAddress> List()
    {
        using var socket = new NetlinkSocket();
        return [.. Read(socket).Where(a => string.Equals(a.Label, Label, StringComparison.Ordinal))
            .Select(a => a.Address)];
    }

    private static List<(IPAddress Address, string Label)> Read(NetlinkSocket socket)
    {
        const string What = "listing the addresses of lo";
        var found = new List<(IPAddress, string)>();
        NetlinkRequest request = new NetlinkRequest(GetAddress, FlagRequest | FlagDump, 1)
            .Add([FamilyInternet, 0, 0, 0, 0, 0, 0, 0]);
        int errno = socket.Exchange(What, request, (type, record) =>
        {
            if (type == NewAddress && TryRead(record, out IPAddress? address, out string label))
                found.Add((address, label));
        });
        return errno == 0 ? found : throw new NetlinkException(What, errno);
    }

    private static void Change(NetlinkSocket socket, string what, ushort type, ushort flags, IPAddress address,
        int harmless)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork)
            throw new ArgumentException("IPv4 only", nameof(address));
        byte[] bytes = address.GetAddressBytes();
        NetlinkRequest request = new NetlinkRequest(type, (ushort)(FlagRequest | FlagAcknowledge | flags), 2)
            .Add([FamilyInternet, 32, 0, 0, LoopbackIndex, 0, 0, 0])
            .AddAttribute(AttributeLocal, bytes)
            .AddAttribute(AttributeAddress, bytes)
            .AddAttribute(AttributeLabel, Encoding.ASCII.GetBytes(Label + "\0"));
        int errno = socket.Exchange(what, request);
        if (errno != 0 && errno != harmless)
            throw new NetlinkException(what, errno);
    }

    private static bool TryRead(
        ReadOnlySpan<byte> record, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address,
            out string label)
    {
        (address, label) = (null, "");
        if (record.Length < 8 || record[0] != FamilyInternet || BitConverter.ToInt32(record[4..]) != LoopbackIndex)
            return false;
        ReadOnlySpan<byte> rest = record[8..];
        while (rest.Length >= 4)
        {
            int length = BitConverter.ToUInt16(rest);
            if (length < 4 || length > rest.Length)
                return false;
            ReadOnlySpan<byte> value = rest[4..length];
            switch (BitConverter.ToUInt16(rest[2..]))
            {
                case AttributeLocal when value.Length == 4:
                    address = new IPAddress(value);
                    break;
                case AttributeLabel:
                    label = Encoding.ASCII.GetString(value).TrimEnd('\0');
                    break;
            }

            rest = rest[Math.Min((length + 3) & ~3, rest.Length)..];
        }

        return address is not null;
    }
}
