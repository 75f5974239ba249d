using System.Globalization;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Dataplane;

/// <summary>The kernel's own way to do the same: forwarding with destination and source NAT by nftables.</summary>
/// <remarks>The same frames on the same veth. Connection tracking's checksum test is off, as the generator's UDP
/// checksums are made up; what it costs otherwise is left out in the kernel's favour.</remarks>
internal static class NftablesNat
{
    private const string Rules = """
        table ip bench {
          chain prerouting {
            type nat hook prerouting priority dstnat;
            ip daddr 203.0.113.10 udp dport 53 dnat to 10.0.0.3:5353
          }
          chain postrouting {
            type nat hook postrouting priority srcnat;
            udp dport 5353 snat to 198.51.100.1
          }
        }
        """;

    /// <summary>Sets the right end up as a router that translates; ends with the returned value.</summary>
    public static IDisposable Start(Wire wire)
    {
        NetworkNamespace right = wire.Right;
        if (!right.Ip("address show dev r0").Contains("10.0.0.1/24", StringComparison.Ordinal))
        {
            right.Ip("address add 10.0.0.1/24 dev r0");
            right.Ip("address add 10.9.0.254/16 dev r0");
            right.Ip($"neighbour replace 10.0.0.3 lladdr {Text(wire.LeftMac)} dev r0 nud permanent");
        }

        right.Run(
            "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.r0.rp_filter=0");
        right.Run("sh", "-c", $"printf '%s' '{Rules}' | nft -f -");
        right.Run("sysctl", "-qw", "net.netfilter.nf_conntrack_checksum=0");
        BpfObject pass = BpfObject.OpenMemory(File.ReadAllBytes(Objects.Path("pass.bpf.o")), "pass");
        pass.Load();
        return new Ending(right, pass, wire.AttachRight(pass.Program("pass")));
    }

    private static string Text(ulong mac) => string.Join(
        ':', BitConverter.GetBytes(mac).Take(6).Select(octet => octet.ToString("x2", CultureInfo.InvariantCulture)));

    private sealed class Ending(NetworkNamespace right, BpfObject pass, XdpLink link) : IDisposable
    {
        public void Dispose()
        {
            link.Dispose();
            pass.Dispose();
            right.Run("nft", "delete", "table", "ip", "bench");
        }
    }
}
