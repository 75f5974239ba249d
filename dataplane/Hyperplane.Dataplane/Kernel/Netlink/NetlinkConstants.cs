namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>The numbers of <c>linux/netlink.h</c>, <c>linux/rtnetlink.h</c> and <c>linux/neighbour.h</c> that are
/// used here.</summary>
internal static class NetlinkConstants
{
    public const ushort MessageError = 2;
    public const ushort MessageDone = 3;
    public const ushort NewLink = 16;
    public const ushort DeleteLink = 17;
    public const ushort GetLink = 18;
    public const ushort NewAddress = 20;
    public const ushort DeleteAddress = 21;
    public const ushort GetAddress = 22;
    public const ushort NewNeighbour = 28;
    public const ushort DeleteNeighbour = 29;
    public const ushort GetNeighbour = 30;

    public const ushort FlagRequest = 0x1;
    public const ushort FlagDump = 0x300;
    public const ushort FlagCreate = 0x400;

    public const uint GroupLink = 0x1;
    public const uint GroupNeighbour = 0x4;
    public const uint GroupIpv4Address = 0x10;
    public const uint GroupIpv6Address = 0x100;

    public const ushort LinkAddress = 1;
    public const ushort LinkName = 3;
    public const ushort LinkMtu = 4;
    public const ushort LinkTransmitQueues = 31;
    public const ushort LinkReceiveQueues = 32;
    public const ushort AddressPrefix = 1;
    public const ushort NeighbourDestination = 1;
    public const ushort NeighbourLinkAddress = 2;

    public const byte FamilyIpv4 = 2;
    public const byte FamilyIpv6 = 10;
    public const byte NeighbourUse = 0x1;
    public const int LinkHeaderBytes = 16;
    public const int AddressHeaderBytes = 8;
    public const int NeighbourHeaderBytes = 12;

    /// <summary>REACHABLE, STALE, DELAY, PROBE, NOARP, PERMANENT: the MAC address may be used.</summary>
    public const ushort NeighbourUsable = 0x02 | 0x04 | 0x08 | 0x10 | 0x40 | 0x80;

    /// <summary>STALE: usable, and asked about so that it becomes REACHABLE or FAILED.</summary>
    public const ushort NeighbourStale = 0x04;
}
