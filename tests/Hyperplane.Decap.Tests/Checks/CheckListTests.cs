using System.Net;
using Hyperplane.Decap.Checks;
using Hyperplane.Decap.Hooks;
using Hyperplane.Decap.Tests.Kernel;

namespace Hyperplane.Decap.Tests.Checks;

/// <summary>What is told of machines that lack something.</summary>
public sealed class CheckListTests
{
    private static readonly DecapSettings Settings = TestDecapsulator.Settings with
    {
        Interface = "eth0", Vips = [IPNetwork.Parse("203.0.113.10/32"), IPNetwork.Parse("2001:db8::10/128")],
    };

    [Fact]
    public void A_machine_that_has_all_has_nothing_to_do() => Assert.Empty(ToDo(Settings));

    [Theory]
    [InlineData("net/ipv4/conf/all/rp_filter", "1", "rp_filter")]
    [InlineData("net/ipv4/conf/eth0/rp_filter", "1", "rp_filter")]
    [InlineData("net/ipv4/conf/all/arp_ignore", "0", "arp_ignore")]
    [InlineData("net/ipv4/conf/all/arp_announce", "1", "arp_announce")]
    [InlineData("net/ipv6/conf/eth0/disable_ipv6", "1", "disable_ipv6")]
    public void A_setting_that_is_wrong_is_told_with_its_remedy(string path, string value, string remedy)
    {
        Check check = Assert.Single(ToDo(Settings, path, value));
        Assert.Contains(remedy, check.Remedy, StringComparison.Ordinal);
        Assert.Contains("eth0", check.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_larger_of_two_settings_counts_as_in_the_kernel()
    {
        // Loose (2) for all is stronger than strict (1) for one.
        Dictionary<string, string> settings = Good();
        settings["net/ipv4/conf/all/rp_filter"] = "2";
        settings["net/ipv4/conf/eth0/rp_filter"] = "1";
        Assert.DoesNotContain(CheckList.Of(Settings, Facts(settings)), check => !check.Holds);
    }

    [Fact]
    public void Addresses_that_are_not_local_are_told_each()
    {
        HostFacts facts = Facts(Good(), isLocal: false);
        IEnumerable<string> remedies =
            CheckList.Of(Settings, facts).Where(check => !check.Holds).Select(check => check.Remedy);
        Assert.Equal(
            [
                "ip addr add 10.0.0.3 dev eth0", "ip addr add fd00::3 dev eth0", "ip addr add 203.0.113.10/32 dev lo",
                "ip addr add 2001:db8::10/128 dev lo",
            ],
            remedies);
    }

    [Fact]
    public void Without_VIPs_a_forwarding_machine_is_warned_of_itself()
    {
        DecapSettings open = Settings with { Vips = [] };
        Assert.Empty(ToDo(open));
        Check check = Assert.Single(ToDo(open, "net/ipv4/ip_forward", "1"));
        Assert.Contains("--vip", check.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_kernel_is_told_of_at_tc_only()
    {
        HostFacts old = Facts(Good(), kernel: new Version(6, 1));
        Assert.Contains(
            "--hook xdp",
            Assert.Single(CheckList.Of(Settings, old), check => !check.Holds).Remedy,
            StringComparison.Ordinal);
        Assert.DoesNotContain(CheckList.Of(Settings with { Hook = HookKind.Xdp }, old), check => !check.Holds);
    }

    [Fact]
    public void The_headers_of_each_tunnel_are_taken_off_the_MTU() => Assert.StartsWith(
        "MTU 1500: longest packet inside, over IPv4: IP in IP 1480, GRE 1476, GUE 1468, VXLAN 1450;",
        TunnelMtu.Describe(1_500),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(Encapsulation.Ip, "IP in IP")]
    [InlineData(Encapsulation.Gre, "GRE")]
    [InlineData(Encapsulation.Gue, "GUE")]
    [InlineData(Encapsulation.Vxlan, "VXLAN")]
    public void Overheads_are_those_of_the_wire(Encapsulation encapsulation, string name)
    {
        byte[] inner = Wire.Inner(4);
        int overhead = TunnelMtu.Overheads.Single(one => one.Name == name).Bytes;
        foreach ((int version, int more) in new[] { (4, 0), (6, 20) })
        {
            Assert.Equal(
                Wire.EthernetBytes + overhead + more + inner.Length,
                Wire.Wrapped(encapsulation, version, inner).Length);
        }
    }

    private static List<Check> ToDo(DecapSettings settings, string? path = null, string value = "")
    {
        Dictionary<string, string> facts = Good();
        if (path is not null)
            facts[path] = value;
        return [.. CheckList.Of(settings, Facts(facts)).Where(check => !check.Holds)];
    }

    private static Dictionary<string, string> Good() => new(StringComparer.Ordinal)
    {
        ["net/ipv4/ip_forward"] = "0",
        ["net/ipv4/conf/all/rp_filter"] = "0",
        ["net/ipv4/conf/eth0/rp_filter"] = "0",
        ["net/ipv4/conf/all/arp_ignore"] = "1",
        ["net/ipv4/conf/eth0/arp_ignore"] = "0",
        ["net/ipv4/conf/all/arp_announce"] = "2",
        ["net/ipv4/conf/eth0/arp_announce"] = "0",
        ["net/ipv6/conf/eth0/disable_ipv6"] = "0",
    };

    private static HostFacts Facts(
        Dictionary<string, string> settings, bool isLocal = true, Version? kernel = null) => new()
    {
        Setting = settings.GetValueOrDefault, IsLocal = _ => isLocal, Kernel = kernel ?? new Version(6, 3),
    };
}
