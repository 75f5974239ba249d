using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Packets;

/// <summary>The IP header of a frame, of either family.</summary>
public readonly ref struct IpView
{
    private readonly ReadOnlySpan<byte> _packet;

    private IpView(Ipv4View ip, ReadOnlySpan<byte> bytes)
    {
        _packet = bytes[..ip.TotalBytes];
        IsIpv4 = true;
        HeaderBytes = ip.HeaderBytes;
        Protocol = ip.Protocol;
        TimeToLive = ip.TimeToLive;
        IsFragment = ip.IsFragment;
        FragmentOffsetBytes = ip.FragmentOffsetBytes;
        Identification = ip.IdentificationBe;
        MustNotBeCut = ip.MustNotBeCut;
        Source = new PacketAddress(ip.SourceBe);
        Destination = new PacketAddress(ip.DestinationBe);
    }

    private IpView(Ipv6View ip, ReadOnlySpan<byte> bytes)
    {
        _packet = bytes[..ip.TotalBytes];
        HeaderBytes = ip.HeaderBytes;
        Protocol = ip.Protocol;
        TimeToLive = ip.HopLimit;
        IsFragment = ip.IsFragment;
        FragmentOffsetBytes = ip.FragmentOffsetBytes;
        Identification = ip.IdentificationBe;
        MustNotBeCut = true;
        Source = ip.Source;
        Destination = ip.Destination;
    }

    /// <summary>The family.</summary>
    public bool IsIpv4 { get; }

    /// <summary>Length of all headers in front of the payload: IPv4 with its options, IPv6 with its extension
    /// headers.</summary>
    public int HeaderBytes { get; }

    /// <summary>IANA protocol number of the payload.</summary>
    public byte Protocol { get; }

    /// <summary>Hops left on arrival.</summary>
    public byte TimeToLive { get; }

    /// <summary>True for every fragment, the first one included.</summary>
    public bool IsFragment { get; }

    /// <summary>Where in its packet a fragment's payload begins; 0 for the first one and for whole packets.</summary>
    public int FragmentOffsetBytes { get; }

    /// <summary>Names the packet that fragments belong to, with its addresses; as it lies in the frame.</summary>
    public uint Identification { get; }

    /// <summary>Whether only its sender may cut it: IPv6 always, IPv4 by its flag.</summary>
    public bool MustNotBeCut { get; }

    /// <summary>Source address.</summary>
    public PacketAddress Source { get; }

    /// <summary>Destination address.</summary>
    public PacketAddress Destination { get; }

    /// <summary>Length of headers and payload, as the header says.</summary>
    public int TotalBytes => _packet.Length;

    /// <summary>What the headers carry, without link-layer padding.</summary>
    public ReadOnlySpan<byte> Payload => _packet[HeaderBytes..];

    /// <summary>Where a packet goes, of whose header no more need be right than its length.</summary>
    public static bool TryReadDestination(EthernetView ethernet, out PacketAddress destination)
    {
        destination = default;
        ReadOnlySpan<byte> packet = ethernet.Payload;
        bool isIpv4 = ethernet.EtherType == EthernetView.Ipv4;
        if ((!isIpv4 && ethernet.EtherType != EthernetView.Ipv6) || packet.Length < IpHeader.Bytes(isIpv4))
            return false;
        destination = isIpv4
            ? new PacketAddress(MemoryMarshal.Read<uint>(packet[16..]))
            : MemoryMarshal.Read<PacketAddress>(packet[24..]);
        return true;
    }

    /// <summary>Reads the header behind an Ethernet header.</summary>
    public static ParseVerdict TryRead(EthernetView ethernet, out IpView view)
    {
        view = default;
        ReadOnlySpan<byte> bytes = ethernet.Payload;
        if (ethernet.EtherType == EthernetView.Ipv4)
        {
            ParseVerdict verdict = Ipv4View.TryRead(bytes, out Ipv4View ip);
            if (verdict == ParseVerdict.Ok)
                view = new IpView(ip, bytes);
            return verdict;
        }
        if (ethernet.EtherType == EthernetView.Ipv6)
        {
            ParseVerdict verdict = Ipv6View.TryRead(bytes, out Ipv6View ip);
            if (verdict == ParseVerdict.Ok)
                view = new IpView(ip, bytes);
            return verdict;
        }
        return ParseVerdict.OtherProtocol;
    }
}
