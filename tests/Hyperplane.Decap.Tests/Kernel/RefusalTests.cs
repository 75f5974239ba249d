using System.Buffers.Binary;
using Hyperplane.Decap.Hooks;
using Hyperplane.Decap.Kernel;
using Hyperplane.Lab;

namespace Hyperplane.Decap.Tests.Kernel;

/// <summary>Named packets that stay as they are, each for its reason.</summary>
public sealed class RefusalTests
{
    private const int Outer = Wire.EthernetBytes;

    public RefusalTests() => Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);

    private static IEnumerable<(string Name, DecapCounter Counter, byte[] Frame)> Cases()
    {
        foreach (int version in new[] { 4, 6 })
        {
            foreach ((string name, DecapCounter counter, byte[] frame) in Of(version))
                yield return ($"{name} over IPv{version}", counter, frame);
        }

        yield return ("ARP", DecapCounter.PassNoTunnel,
            Changed(new byte[60], frame => frame[12] = 8, frame => frame[13] = 6));
        yield return ("802.1Q", DecapCounter.PassNoTunnel, Changed(Ip(4), frame => frame[12] = 0x81));
        yield return ("an IPv4 fragment, the first", DecapCounter.PassOuterFragment,
            Fixed(Ip(4), packet => packet[6] = 0x20));
        yield return ("an IPv4 fragment, the last", DecapCounter.PassOuterFragment,
            Fixed(Gue(4), packet => packet[7] = 9));
        yield return ("IPv4 options", DecapCounter.PassOuterOptions, Fixed(Ip(4), packet => packet[0] = 0x46));
        yield return ("an IPv6 fragment", DecapCounter.PassOuterFragment,
            Changed(Ip(6), frame => frame[Outer + 6] = 44));
        foreach (byte header in new byte[] { 0, 43, 60 })
        {
            yield return ($"IPv6 extension {header}", DecapCounter.PassOuterOptions,
                Changed(Ip(6), frame => frame[Outer + 6] = header));
        }

        yield return ("a wrong header checksum", DecapCounter.DropOuterChecksum,
            Changed(Ip(4), frame => frame[Outer + 8]--));
        yield return ("IPv4 in name only", DecapCounter.PassNoTunnel, Changed(Ip(4), frame => frame[Outer] = 0x65));
        yield return ("IPv6 in name only", DecapCounter.PassNoTunnel, Changed(Ip(6), frame => frame[Outer] = 0x45));
        yield return ("a length below the header", DecapCounter.DropTruncated, Fixed(Ip(4), packet => packet[3] = 19));
    }

    private static IEnumerable<(string Name, DecapCounter Counter, byte[] Frame)> Of(int version)
    {
        int tunnel = Outer + (version == 4 ? 20 : 40);
        yield return ("TCP", DecapCounter.PassNoTunnel, Plain(version, 6, new byte[20]));
        yield return ("UDP to another port", DecapCounter.PassNoTunnel, Plain(version, 17, Wire.Udp(6080, 6081, [])));
        yield return ("a UDP header cut short", DecapCounter.PassNoTunnel, Plain(version, 17, [0, 1, 0x17, 0xc0]));
        yield return ("another address", DecapCounter.PassOtherAddress,
            Readdressed(version, Wire.Balancer(version), version == 4 ? "10.0.0.4" : "fd00::4"));
        yield return ("a source outside", DecapCounter.PassSourceNotAllowed,
            Readdressed(version, version == 4 ? "10.0.1.1" : "fd00:0:0:1::1", Wire.Target(version)));
        yield return ("another VXLAN network", DecapCounter.PassOtherVni,
            Changed(Vxlan(version), frame => frame[tunnel + 8 + 6]++));
        foreach (int inner in new[] { 4, 6 })
        {
            yield return ($"IPv{inner} to no VIP", DecapCounter.PassNotAVip, Wire.Wrapped(
                Encapsulation.Gre, version, Wire.Ip(inner, Wire.Client(inner), Wire.Client(inner), 6, new byte[20])));
            byte[] whole = Wire.Wrapped(Encapsulation.Ip, version, Wire.Inner(inner));
            yield return ($"IPv{inner} longer than its tunnel", DecapCounter.DropInnerMalformed,
                Changed(whole, frame => frame[tunnel + (inner == 4 ? 3 : 5)]++));
            yield return ($"IPv{inner} in the other's name", DecapCounter.DropInnerMalformed,
                Changed(whole, frame => frame[tunnel] ^= 0x20));
            yield return ($"half an IPv{inner} header", DecapCounter.DropInnerMalformed,
                Wire.Wrapped(Encapsulation.Ip, version, Wire.Inner(inner)[..(inner * 4)]));
        }

        yield return ("a header length below 20", DecapCounter.DropInnerMalformed,
            Changed(Ip(version), frame => frame[tunnel] = 0x44));
        yield return ("a total length below the header", DecapCounter.DropInnerMalformed,
            Changed(Ip(version), frame => frame[tunnel + 3] = 19));
        yield return ("an outer length above the frame", DecapCounter.DropTruncated, Ip(version)[..^1]);
        yield return ("no GRE header", DecapCounter.DropTruncated, Plain(version, 47, [0, 0]));
        foreach (byte flag in new byte[] { 0x80, 0x40, 0x10, 0x08, 0x01 })
        {
            yield return ($"GRE flag {flag:x2}", DecapCounter.DropGreHeader,
                Changed(Gre(version), frame => frame[tunnel] = flag));
        }

        yield return ("GRE version 1", DecapCounter.DropGreHeader,
            Changed(Gre(version), frame => frame[tunnel + 1] = 1));
        yield return ("Ethernet in GRE", DecapCounter.DropInnerNotIp,
            Changed(Gre(version), frame => frame[tunnel + 2] = 0x65, frame => frame[tunnel + 3] = 0x58));
        yield return ("no GUE header", DecapCounter.DropTruncated, Plain(version, 17, Wire.Udp(1, 6080, [0, 4])));
        foreach (byte first in new byte[] { 0x40, 0x20, 0x01 })
        {
            yield return ($"GUE {first:x2}", DecapCounter.DropGueHeader,
                Changed(Gue(version), frame => frame[tunnel + 8] = first));
        }

        yield return ("a GUE flag", DecapCounter.DropGueHeader, Changed(Gue(version), frame => frame[tunnel + 11] = 1));
        yield return ("TCP in GUE", DecapCounter.DropInnerNotIp, Changed(Gue(version), frame => frame[tunnel + 9] = 6));
        yield return ("a datagram longer than its packet", DecapCounter.DropTruncated,
            Changed(Gue(version), frame => frame[tunnel + 5]++));
        yield return ("a datagram that ends in padding", DecapCounter.DropTruncated,
            [.. Changed(Gue(version), frame => frame[tunnel + 5] += 4), .. new byte[4]]);
        yield return ("a datagram shorter than its header", DecapCounter.DropTruncated,
            Changed(Gue(version), frame => BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(tunnel + 4), 7)));
        yield return ("a datagram shorter than what is inside", DecapCounter.DropInnerMalformed,
            Changed(Gue(version), frame => frame[tunnel + 5]--));
        yield return ("no VXLAN header", DecapCounter.DropTruncated,
            Plain(version, 17, Wire.Udp(1, 4789, [8, 0, 0, 0, 0, 0, 7, 0, 1, 2])));
        yield return ("VXLAN without a network", DecapCounter.DropVxlanHeader,
            Changed(Vxlan(version), frame => frame[tunnel + 8] = 0x10));
        yield return ("ARP in VXLAN", DecapCounter.DropInnerNotIp,
            Changed(Vxlan(version), frame => frame[tunnel + 8 + 8 + 12] = 8, frame => frame[tunnel + 8 + 8 + 13] = 6));
    }

    [Theory]
    [InlineData(nameof(HookKind.Tc))]
    [InlineData(nameof(HookKind.Xdp))]
    public void Each_is_counted_by_its_reason_and_its_bytes_stay(string hook)
    {
        using var decapsulator = new TestDecapsulator(Enum.Parse<HookKind>(hook));
        var seen = new HashSet<DecapCounter>();
        foreach ((string name, DecapCounter expected, byte[] frame) in Cases())
        {
            (DecapCounter counter, byte[] left) = decapsulator.Run(frame);
            Assert.True(expected == counter, $"{name}: {counter}, not {expected}: {Convert.ToHexString(frame)}");
            Assert.Equal(frame, left);
            seen.Add(counter);
        }

        // Congestion and merged datagrams have tests of their own; a kernel that refuses is made by none.
        Assert.Equal(
            Enum.GetValues<DecapCounter>().Except(seen),
            [
                DecapCounter.Received, DecapCounter.UnwrappedIp, DecapCounter.UnwrappedGre, DecapCounter.UnwrappedGue,
                DecapCounter.UnwrappedVxlan, DecapCounter.DropCongestion, DecapCounter.DropMergedDatagrams,
                DecapCounter.DropKernelRefused,
            ]);
    }

    private static byte[] Ip(int version) => Wire.Wrapped(Encapsulation.Ip, version, Wire.Inner(4));

    private static byte[] Gre(int version) => Wire.Wrapped(Encapsulation.Gre, version, Wire.Inner(6));

    private static byte[] Gue(int version) => Wire.Wrapped(Encapsulation.Gue, version, Wire.Inner(4));

    private static byte[] Vxlan(int version) => Wire.Wrapped(Encapsulation.Vxlan, version, Wire.Inner(6));

    private static byte[] Plain(int version, byte protocol, byte[] payload) =>
        Wire.Frame(Wire.Ip(version, Wire.Balancer(version), Wire.Target(version), protocol, payload));

    private static byte[] Readdressed(int version, string source, string destination) =>
        Wire.Frame(Wire.Ip(version, source, destination, 41, Wire.Inner(6)));

    private static byte[] Changed(byte[] frame, params Action<byte[]>[] changes)
    {
        byte[] changed = [.. frame];
        foreach (Action<byte[]> change in changes)
            change(changed);
        return changed;
    }

    /// <summary>Changes the outer IPv4 header and sets its checksum right again.</summary>
    private static byte[] Fixed(byte[] frame, Action<byte[]> change)
    {
        byte[] packet = frame[Outer..];
        change(packet);
        Wire.SetHeaderChecksum(packet);
        return Wire.Frame(packet);
    }
}
