using Hyperplane.Decap.Kernel;
using Hyperplane.Decap.Tests.Kernel;
using Hyperplane.Lab;

namespace Hyperplane.Decap.Tests.Lab;

/// <summary>What the command leaves on an interface, and how it refuses.</summary>
public sealed class CommandTests : IDisposable
{
    private const string Install =
        "install --interface eth0 --tunnel-address 10.2.0.3 --from 10.2.0.0/24 --vip 203.0.113.10";

    private readonly NetworkNamespace _target;

    public CommandTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _target = NetworkNamespace.Create();
        _target.Ip("link add eth0 type veth peer name peer");
        _target.Ip("link set dev eth0 up");
        _target.Ip("addr add 10.2.0.3/24 dev eth0");
    }

    [Fact]
    public void It_stays_until_it_is_removed_and_status_tells_how_it_was_installed()
    {
        Hpdecap.Do(_target, $"{Install} 2001:db8::/32 --tunnel-address fd00::3 --gue-port 6081 --vni 9");
        string status = Hpdecap.Do(_target, "status");
        foreach (string told in new[]
        {
            "eth0: tc (clsact ingress), program ", "  tunnel ends    10.2.0.3, fd00::3\n",
            "  from           10.2.0.0/24\n", "203.0.113.10/32", "2001:db8::/32", "  GUE port       6081\n",
            "  VXLAN network  9\n", "MTU 1500: ",
        })
            Assert.Contains(told, status, StringComparison.Ordinal);
        Assert.Contains("hpdecap_tc", Filters(), StringComparison.Ordinal);
        Assert.Equal("eth0: removed\n", Hpdecap.Do(_target, "remove --interface eth0"));
        Assert.DoesNotContain("hpdecap", Filters(), StringComparison.Ordinal);
        Assert.Equal("eth0: nothing to remove\n", Hpdecap.Do(_target, "remove --interface eth0"));
        AssertFails(Hpdecap.Run(_target, "status --interface eth0"), ExitCode.NotInstalled, "not installed on eth0");
        AssertFails(Hpdecap.Run(_target, "status"), ExitCode.NotInstalled, "not installed on any interface");
    }

    [Fact]
    public void Installed_again_it_is_there_once_with_the_new_settings()
    {
        Hpdecap.Do(_target, Install);
        Hpdecap.Do(_target, Install);
        Hpdecap.Do(_target, $"{Install} --vni 9");
        Assert.Single(Filters().Split('\n'), line => line.Contains("hpdecap_tc", StringComparison.Ordinal));
        Assert.Contains("VXLAN network  9", Hpdecap.Do(_target, "status"), StringComparison.Ordinal);
    }

    [Fact]
    public void It_moves_from_one_hook_to_the_other()
    {
        Hpdecap.Do(_target, Install);
        Hpdecap.Do(_target, $"{Install} --hook xdp");
        Assert.DoesNotContain("hpdecap", Filters(), StringComparison.Ordinal);
        Assert.Contains("hpdecap_xdp", _target.Ip("link show dev eth0"), StringComparison.Ordinal);
        Assert.StartsWith("eth0: xdp (driver), program ", Hpdecap.Do(_target, "status"), StringComparison.Ordinal);
        Hpdecap.Do(_target, Install);
        Assert.Contains("hpdecap_tc", Filters(), StringComparison.Ordinal);
        Assert.DoesNotContain("hpdecap", _target.Ip("link show dev eth0"), StringComparison.Ordinal);
        Hpdecap.Do(_target, $"{Install} --hook xdp");
        Hpdecap.Do(_target, "remove --interface eth0");
        Assert.DoesNotContain("hpdecap", _target.Ip("link show dev eth0"), StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_of_others_are_left_alone_and_named()
    {
        _target.Ip($"link set dev eth0 xdp obj {PassProgram()} sec xdp");
        AssertFails(
            Hpdecap.Run(_target, $"{Install} --hook xdp"), ExitCode.HookTaken, "xdp (driver) of eth0: pass, id");
        AssertFails(Hpdecap.Run(_target, "status"), ExitCode.NotInstalled, "");
        Hpdecap.Do(_target, "remove --interface eth0");
        Assert.Contains("name pass", _target.Ip("link show dev eth0"), StringComparison.Ordinal);
        _target.Run("tc", "qdisc", "add", "dev", "eth0", "clsact");
        string[] other = "filter add dev eth0 ingress pref 1 protocol all u32 match u32 0 0".Split(' ');
        _target.Run("tc", other);
        AssertFails(Hpdecap.Run(_target, Install), ExitCode.HookTaken, "priority 1");
        Assert.Contains("u32", Filters(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_of_others_stays_when_ours_goes()
    {
        _target.Run("tc", "qdisc", "add", "dev", "eth0", "clsact");
        _target.Run("tc", "filter add dev eth0 ingress pref 2 protocol all u32 match u32 0 0".Split(' '));
        Hpdecap.Do(_target, Install);
        Hpdecap.Do(_target, "remove --interface eth0");
        Assert.Contains("u32", Filters(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Install)]
    [InlineData(Install + " --hook xdp")]
    public void Without_rights_it_says_so_and_changes_nothing(string install)
    {
        AssertFails(Hpdecap.RunWithoutRights(_target, install), ExitCode.NotPermitted, "root");
        AssertFails(Hpdecap.Run(_target, "status"), ExitCode.NotInstalled, "");
        Hpdecap.Do(_target, install);
        AssertFails(Hpdecap.RunWithoutRights(_target, "status"), ExitCode.NotPermitted, "root");
        AssertFails(Hpdecap.RunWithoutRights(_target, "remove --interface eth0"), ExitCode.NotPermitted, "root");
        Hpdecap.Do(_target, "status");
    }

    [Fact]
    public void It_tells_what_the_machine_needs_until_it_has_it()
    {
        _target.Run("sysctl", "-qw", "net.ipv4.conf.eth0.rp_filter=1");
        string before = Hpdecap.Do(_target, Install);
        string[] remedies =
        [
            .. before.Split('\n').Where(line => line.StartsWith("            ", StringComparison.Ordinal))
                .Select(line => line.Trim()),
        ];
        Assert.Equal(3, remedies.Length);
        foreach (string remedy in remedies)
            _target.Run("sh", "-c", remedy);
        string status = Hpdecap.Do(_target, "status");
        Assert.DoesNotContain("TO DO", status, StringComparison.Ordinal);
        Assert.Contains("    ok    VIP 203.0.113.10 is a local address\n", status, StringComparison.Ordinal);
    }

    public void Dispose() => _target.Dispose();

    private static string PassProgram() => Path.Combine(SharedLayoutTests.Root, "artifacts/bpf/pass.bpf.o");

    private static void AssertFails((int ExitCode, string Output, string Error) result, ExitCode exitCode, string told)
    {
        Assert.True((int)exitCode == result.ExitCode, $"exit {result.ExitCode}: {result.Error}{result.Output}");
        Assert.StartsWith("hpdecap: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(told, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(result.Output);
    }

    private string Filters() => _target.Run("tc", "filter", "show", "dev", "eth0", "ingress");
}
