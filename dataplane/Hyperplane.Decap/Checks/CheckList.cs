using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Decap.Checks;

/// <summary>What a target needs besides the decapsulator; infra/docs/DSR.md says why.</summary>
internal static class CheckList
{
    // Linux resizes a packet to another IP version at tc since then.
    private static readonly Version MixedVersionsAtTc = new(6, 3);

    /// <summary>All of it, for an interface with these settings.</summary>
    public static IEnumerable<Check> Of(DecapSettings settings, HostFacts facts)
    {
        string name = settings.Interface;
        foreach (IPAddress address in settings.TunnelAddresses.Where(one => !facts.IsLocal(one)))
            yield return new Check(
                false, $"tunnel address {address} is a local address", $"ip addr add {address} dev {name}");
        foreach (Check check in OfVips(settings, facts))
            yield return check;
        if (HasVersion(settings, AddressFamily.InterNetwork))
        {
            yield return new Check(
                Highest(facts, "rp_filter", name) != 1,
                "rp_filter is not strict: a client may be reached by another interface than it came by",
                $"sysctl -w net.ipv4.conf.{name}.rp_filter=2");
            yield return new Check(
                Highest(facts, "arp_ignore", name) >= 1 && Highest(facts, "arp_announce", name) >= 2,
                "ARP does not tell neighbours about the VIPs (arp_ignore 1, arp_announce 2)",
                $"sysctl -w net.ipv4.conf.{name}.arp_ignore=1 net.ipv4.conf.{name}.arp_announce=2");
        }

        if (HasVersion(settings, AddressFamily.InterNetworkV6))
            yield return new Check(
                facts.Setting($"net/ipv6/conf/{name}/disable_ipv6") == "0",
                $"IPv6 works on {name}",
                $"sysctl -w net.ipv6.conf.{name}.disable_ipv6=0");
        if (settings.Hook == Hooks.HookKind.Tc)
            yield return new Check(
                facts.Kernel >= MixedVersionsAtTc,
                "the kernel can take IPv6 out of IPv4 and IPv4 out of IPv6 at tc (Linux 6.3)",
                "use --hook xdp, or tunnels of the VIPs' IP version");
    }

    private static IEnumerable<Check> OfVips(DecapSettings settings, HostFacts facts)
    {
        foreach (IPNetwork vip in settings.Vips.Where(IsOneAddress))
        {
            IPAddress address = vip.BaseAddress;
            yield return new Check(
                facts.IsLocal(address), $"VIP {address} is a local address", $"ip addr add {vip} dev lo");
        }

        if (settings.Vips.Count == 0)
            yield return new Check(
                facts.Setting("net/ipv4/ip_forward") == "0",
                "without --vip nothing inside a tunnel is forwarded (ip_forward 0)",
                "name the VIPs by --vip, or whoever may send through the tunnel reaches your network by it");
    }

    private static bool IsOneAddress(IPNetwork network) =>
        network.PrefixLength == (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);

    private static bool HasVersion(DecapSettings settings, AddressFamily family) =>
        settings.Vips.Count == 0 || settings.Vips.Any(vip => vip.BaseAddress.AddressFamily == family);

    private static int Highest(HostFacts facts, string setting, string interfaceName) => Math.Max(
        Number(facts.Setting($"net/ipv4/conf/all/{setting}")),
        Number(facts.Setting($"net/ipv4/conf/{interfaceName}/{setting}")));

    private static int Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
