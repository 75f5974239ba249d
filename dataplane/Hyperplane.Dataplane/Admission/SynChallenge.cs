using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Admission;

/// <summary>Asks whether the source of a SYN is there, and keeps nothing meanwhile: <c>bpf/challenge.h</c> in
/// C#.</summary>
/// <remarks>The SYN is answered with an ACK of a number which only the key tells, as by a host that takes it for one of
/// an old connection. A TCP that waits for a SYN-ACK answers with a reset of that number (RFC 9293, sections 3.5.1 and
/// 3.10.7.3), and sends its SYN again.</remarks>
internal sealed class SynChallenge(ChallengeSettings settings)
{
    private const int WindowShift = 33;
    private const uint SpareBit = 0x80000000;
    private const int AddressBytes = 16;
    private const int MessageBytes = 40;

    /// <summary>The segment in a whole packet without IP options or extension headers, from an address that a host can
    /// have; false for any other frame.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out FlowKey key, out TcpView tcp)
    {
        key = default;
        tcp = default;
        if (EthernetView.TryRead(frame, out EthernetView ethernet) != ParseVerdict.Ok
            || IpView.TryRead(ethernet, out IpView ip) != ParseVerdict.Ok
            || ip.IsFragment
            || ip.Protocol != (byte)IpProtocol.Tcp
            || ip.HeaderBytes != IpHeader.Bytes(ip.IsIpv4)
            || ip.TimeToLive <= 1
            || !ip.Source.MayBeHost
            || TcpView.TryRead(ip.Payload, out tcp) != ParseVerdict.Ok)
            return false;
        key = new FlowKey(ip.Source, ip.Destination, tcp.SourcePortBe, tcp.DestinationPortBe, ip.Protocol);
        return true;
    }

    /// <summary>Turns a SYN into the challenge of its source, in place.</summary>
    /// <param name="frame">A frame that <see cref="TryRead"/> takes; it begins with the challenge afterwards.</param>
    /// <param name="nowNs">Now.</param>
    /// <returns>Length of the challenge.</returns>
    public int Write(Span<byte> frame, long nowNs)
    {
        TryRead(frame, out FlowKey key, out TcpView syn);
        EthernetView.TryRead(frame, out EthernetView ethernet);
        ulong cookie = CookieOf(key, Window(nowNs));
        // Never after the SYN's own: what it carries is not acknowledged, and a firewall that follows connections takes
        // the answer for a late one, which it lets pass, and not for a forged one.
        if ((int)((uint)cookie - syn.Sequence) > 0)
            cookie ^= SpareBit;
        var answer = new FlowKey(
            key.Destination, key.Source, key.DestinationPortBe, key.SourcePortBe, (uint)IpProtocol.Tcp);
        var hop = new NextHop(ethernet.SourceMac, ethernet.DestinationMac, 0, 1);
        TcpReset.Write(frame, hop, answer, TcpFlags.Ack, (uint)(cookie >> 32), (uint)cookie);
        return TcpReset.FrameBytes(answer);
    }

    /// <summary>Whether a reset answers a challenge of this or the last 8.6 s.</summary>
    public bool IsAnsweredBy(in FlowKey key, uint sequence, long nowNs) =>
        Matches(key, sequence, Window(nowNs)) || Matches(key, sequence, Window(nowNs) - 1);

    private static uint Window(long nowNs) => (uint)((ulong)nowNs >> WindowShift);

    private bool Matches(in FlowKey key, uint sequence, uint window) =>
        (((uint)CookieOf(key, window) ^ sequence) & ~SpareBit) == 0;

    private ulong CookieOf(in FlowKey key, uint window)
    {
        Span<byte> message = stackalloc byte[MessageBytes];
        MemoryMarshal.Write(message, key.Source);
        MemoryMarshal.Write(message[AddressBytes..], key.Destination);
        Span<byte> rest = message[(2 * AddressBytes)..];
        MemoryMarshal.Write(rest, key.SourcePortBe);
        MemoryMarshal.Write(rest[2..], key.DestinationPortBe);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], window);
        return SipHash.Of(message, settings.KeyFirst, settings.KeyLast);
    }
}
