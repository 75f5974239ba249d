using System.Net;
using System.Net.Sockets;
using System.Text;
using Hyperplane.Linux.Netlink;

namespace Hyperplane.Linux.Addresses;

/// <summary>The addresses on <c>lo</c> that belong to the agent: its probe addresses, marked so that a later start
/// finds them.</summary>
/// <remarks>IPv4 addresses are marked by their label, IPv6 ones, which have none, by their protocol (Linux 5.18; an
/// older kernel forgets the mark, and the address stays when its agent does not want it any more). Works in the network
/// namespace of the process; <c>lo</c> has index 1 in every namespace. Message layout:
/// include/uapi/linux/if_addr.h.</remarks>
public static class LoopbackAddresses
{
    /// <summary>What marks an IPv4 address as ours, in <c>ip address show lo</c>.</summary>
    public const string Label = "lo:hyperplane";

    /// <summary>What marks an IPv6 address as ours, in <c>ip -6 address show lo</c>.</summary>
    public const byte Protocol = 0x68;

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
    private const ushort AttributeProtocol = 11;
    private const int Exists = 17;
    private const int AddressNotAvailable = 99;
    private const byte FamilyInternet = 2;
    private const byte FamilyInternet6 = 10;
    private const byte LoopbackIndex = 1;

    /// <summary>Makes these, or none, the only addresses of ours; what is right already stays untouched.</summary>
    /// <returns>Whether anything was changed.</returns>
    /// <exception cref="NetlinkException">The kernel refused it (no right to, no such address family).</exception>
    public static bool Set(params IReadOnlyCollection<IPAddress> wanted)
    {
        using var socket = new NetlinkSocket();
        bool changed = false;
        var present = new HashSet<IPAddress>();
        foreach ((IPAddress address, bool isOurs) in Read(socket))
        {
            if (wanted.Contains(address))
                present.Add(address);
            if (wanted.Contains(address) || !isOurs)
                continue;
            Change(socket, $"removing {address} from lo", DeleteAddress, 0, address, AddressNotAvailable);
            changed = true;
        }

        foreach (IPAddress address in wanted.Where(address => !present.Contains(address)))
        {
            Change(socket, $"adding {address} to lo", NewAddress, FlagCreateExclusive, address, Exists);
            changed = true;
        }

        return changed;
    }

    /// <summary>The addresses on <c>lo</c> that carry the agent's mark.</summary>
    /// <exception cref="NetlinkException">The kernel refused to tell.</exception>
    public static IReadOnlyList<IPAddress> List()
    {
        using var socket = new NetlinkSocket();
        return [.. Read(socket).Where(a => a.IsOurs).Select(a => a.Address)];
    }

    private static List<(IPAddress Address, bool IsOurs)> Read(NetlinkSocket socket) =>
        [.. Read(socket, FamilyInternet), .. Read(socket, FamilyInternet6)];

    private static List<(IPAddress Address, bool IsOurs)> Read(NetlinkSocket socket, byte family)
    {
        const string What = "listing the addresses of lo";
        var found = new List<(IPAddress, bool)>();
        NetlinkRequest request = new NetlinkRequest(GetAddress, FlagRequest | FlagDump, 1)
            .Add([family, 0, 0, 0, 0, 0, 0, 0]);
        int errno = socket.Exchange(What, request, (type, record) =>
        {
            if (type == NewAddress && TryRead(record, family, out IPAddress? address, out bool isOurs))
                found.Add((address, isOurs));
        });
        return errno == 0 ? found : throw new NetlinkException(What, errno);
    }

    private static void Change(NetlinkSocket socket, string what, ushort type, ushort flags, IPAddress address,
        int harmless)
    {
        byte[] bytes = address.GetAddressBytes();
        bool isIpv4 = address.AddressFamily == AddressFamily.InterNetwork;
        NetlinkRequest request = new NetlinkRequest(type, (ushort)(FlagRequest | FlagAcknowledge | flags), 2)
            .Add([
                isIpv4 ? FamilyInternet : FamilyInternet6, (byte)(bytes.Length * 8), 0, 0, LoopbackIndex, 0, 0, 0])
            .AddAttribute(AttributeLocal, bytes)
            .AddAttribute(AttributeAddress, bytes);
        if (isIpv4)
            request.AddAttribute(AttributeLabel, Encoding.ASCII.GetBytes(Label + "\0"));
        else
            request.AddAttribute(AttributeProtocol, [Protocol]);
        int errno = socket.Exchange(what, request);
        if (errno != 0 && errno != harmless)
            throw new NetlinkException(what, errno);
    }

    private static bool TryRead(
        ReadOnlySpan<byte> record, byte family,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address, out bool isOurs)
    {
        (address, isOurs) = (null, false);
        if (record.Length < 8 || record[0] != family || BitConverter.ToInt32(record[4..]) != LoopbackIndex)
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
                // IPv6 has the other attribute alone, unless the address has a peer.
                case AttributeLocal when value.Length == 4:
                case AttributeAddress when value.Length == 16:
                    address = new IPAddress(value);
                    break;
                case AttributeLabel when value.StartsWith(Encoding.ASCII.GetBytes(Label + "\0")):
                case AttributeProtocol when value is [Protocol]:
                    isOurs = true;
                    break;
            }

            rest = rest[Math.Min((length + 3) & ~3, rest.Length)..];
        }

        return address is not null;
    }
}
