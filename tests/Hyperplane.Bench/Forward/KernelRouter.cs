using Hyperplane.Bench.Dataplane;
using Hyperplane.Dataplane.Kernel.Bpf;

namespace Hyperplane.Bench.Forward;

/// <summary>The kernel's own way to do the same: forwarding, alone or with destination and source NAT by
/// nftables.</summary>
/// <remarks>Connection tracking's checksum test is off, as the generator's UDP checksums are made up; what it costs
/// otherwise is left out in the kernel's favour.</remarks>
internal sealed class KernelRouter : IDisposable
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

    private readonly Wire _wire;
    private readonly BpfObject _pass;
    private readonly XdpLink _link;
    private readonly bool _translates;

    /// <summary>Sets the middle up as a router until it is disposed.</summary>
    public KernelRouter(Wire wire, bool translates)
    {
        (_wire, _translates) = (wire, translates);
        if (!wire.Middle.Ip($"address show dev {Wire.Out}").Contains("10.0.0.1/24", StringComparison.Ordinal))
        {
            wire.Middle.Ip($"address add 10.9.0.254/16 dev {Wire.In}");
            wire.Middle.Ip($"address add 10.0.0.1/24 dev {Wire.Out}");
            // Not the end's own address: its stack drops such frames first thing.
            wire.Middle.Ip($"neighbour replace 10.0.0.3 lladdr 02:00:00:00:00:99 dev {Wire.Out} nud permanent");
            wire.Middle.Ip($"route add 203.0.113.0/24 via 10.0.0.3 dev {Wire.Out}");
        }
        wire.Middle.Run(
            "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0",
            $"net.ipv4.conf.{Wire.In}.rp_filter=0");
        if (translates)
        {
            wire.Middle.Run("sh", "-c", $"printf '%s' '{Rules}' | nft -f -");
            wire.Middle.Run("sysctl", "-qw", "net.netfilter.nf_conntrack_checksum=0");
        }
        // The generator's frames are only taken where a program is.
        _pass = BpfObject.OpenMemory(File.ReadAllBytes(Objects.Path("pass.bpf.o")), "pass");
        _pass.Load();
        _link = wire.Attach(_pass.Program("pass"));
    }

    public void Dispose()
    {
        _link.Dispose();
        _pass.Dispose();
        if (_translates)
            _wire.Middle.Run("nft", "delete", "table", "ip", "bench");
    }
}
