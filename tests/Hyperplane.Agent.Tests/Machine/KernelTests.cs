using System.Net;
using Hyperplane.Lab;
using Hyperplane.Linux.Addresses;
using Hyperplane.Linux.Nftables;
using Hyperplane.Linux.Sysctl;

namespace Hyperplane.Agent.Tests.Machine;

public sealed class KernelTests : IDisposable
{
    private readonly NetworkNamespace? _space = RootOnly.Met ? NetworkNamespace.Create() : null;

    private NetworkNamespace Space
    {
        get
        {
            Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
            return _space!;
        }
    }

    public void Dispose() => _space?.Dispose();

    [Fact]
    public void The_probe_address_is_set_once_and_replaced_by_the_next()
    {
        Assert.True(SetProbe("10.33.1.1"));
        Assert.Equal(["10.33.1.1/32 lo:hyperplane"], Addresses());
        Assert.False(SetProbe("10.33.1.1"));
        Assert.True(SetProbe("10.33.1.2"));
        Assert.Equal(["10.33.1.2/32 lo:hyperplane"], Addresses());
        Assert.Equal(["10.33.1.2"], NamespaceThread.Run(Space, LoopbackAddresses.List).Select(a => a.ToString()));
        Assert.True(SetProbe(null));
        Assert.Empty(Addresses());
    }

    [Fact]
    public void Probe_addresses_of_both_families_are_set_once_and_taken_back()
    {
        Space.Ip("addr add fd00:20::9/128 dev lo");
        System.Net.IPAddress[] both = [IPAddress.Parse("10.33.1.1"), IPAddress.Parse("fd00:20::1")];
        Assert.True(NamespaceThread.Run(Space, () => LoopbackAddresses.Set(both)));
        Assert.False(NamespaceThread.Run(Space, () => LoopbackAddresses.Set(both)));
        Assert.Equal(both, NamespaceThread.Run(Space, LoopbackAddresses.List));
        Assert.Contains("fd00:20::1/128", Space.Ip("-6 addr show dev lo"), StringComparison.Ordinal);
        Assert.True(SetProbe("10.33.1.1"));
        Assert.Equal(["10.33.1.1"], NamespaceThread.Run(Space, LoopbackAddresses.List).Select(a => a.ToString()));
        Assert.Contains("fd00:20::9/128", Space.Ip("-6 addr show dev lo"), StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_of_others_stay_untouched()
    {
        Space.Ip("addr add 10.50.0.1/32 dev lo");
        Assert.True(SetProbe("10.33.1.1"));
        Assert.Equal(["10.50.0.1/32 lo", "10.33.1.1/32 lo:hyperplane"], Addresses());
        Assert.True(SetProbe("10.50.0.1"));
        Assert.Equal(["10.50.0.1/32 lo"], Addresses());
        Assert.False(SetProbe(null));
        Assert.Equal(["10.50.0.1/32 lo"], Addresses());
    }

    [Fact]
    public void Many_addresses_on_the_loopback_are_read_to_the_last()
    {
        for (int i = 0; i < 400; i++)
            Space.Ip($"addr add 10.60.{i / 200}.{i % 200}/32 dev lo");
        Assert.True(SetProbe("10.33.1.1"));
        Assert.False(SetProbe("10.33.1.1"));
        Assert.True(SetProbe(null));
        Assert.Equal(400, Addresses().Count);
    }

    [Fact]
    public void The_raw_drop_is_installed_replaced_whole_and_installed_again()
    {
        Assert.Null(Install("198.18.0.0/16", "10.32.1.0/24"));
        Assert.Equal(["10.32.1.0/24", "198.18.0.0/16"], Dropped());
        Assert.Null(Install("198.18.0.0/16", "10.32.1.0/24"));
        Assert.Null(Install("198.19.0.0/24", "198.19.0.0/26", "198.19.1.0/24"));
        Assert.Equal(["198.19.0.0/23"], Dropped());
        Assert.Null(Install());
        Assert.Empty(Dropped());
    }

    [Fact]
    public void The_kernel_answers_no_longer_for_an_address_that_is_dropped_and_still_for_others()
    {
        using NetworkNamespace neighbour = NetworkNamespace.Create();
        NetworkNamespace.Join(Space, "eth0", neighbour, "eth0");
        Space.Ip("addr add 10.0.0.1/24 dev eth0");
        neighbour.Ip("addr add 10.0.0.2/24 dev eth0");
        neighbour.Ip("route add 198.18.0.0/16 via 10.0.0.1");
        Space.Ip("addr add 198.18.0.1/32 dev lo");
        const string Connection =
            "import socket,sys; s=socket.socket(); s.settimeout(0.5); print(s.connect_ex((sys.argv[1], 9)))";
        const string Refused = "111\n";
        const string TimedOut = "11\n";
        Assert.Equal(Refused, neighbour.Run("/usr/bin/python3", "-c", Connection, "198.18.0.1"));
        Assert.Null(Install("198.18.0.0/16"));
        Assert.Equal(TimedOut, neighbour.Run("/usr/bin/python3", "-c", Connection, "198.18.0.1"));
        Assert.Equal(Refused, neighbour.Run("/usr/bin/python3", "-c", Connection, "10.0.0.1"));
        Assert.DoesNotContain("packets 0", Space.Run("nft", "list", "chain", "inet", "hyperplane", "raw_drop")
            .Split("ip6")[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_forwards_is_told_with_the_remedy()
    {
        Space.Run("sysctl", "-qw", "net.ipv4.ip_forward=0");
        Assert.Null(NamespaceThread.Run(Space, Forwarding.Check));
        Space.Run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        Assert.Equal(
            "net.ipv4.ip_forward is 1, must be 0: sysctl -w net.ipv4.ip_forward=0",
            NamespaceThread.Run(Space, Forwarding.Check));
    }

    private bool SetProbe(string? address) => NamespaceThread.Run(
        Space, () => LoopbackAddresses.Set(address is null ? [] : [IPAddress.Parse(address)]));

    private string? Install(params string[] prefixes) => NamespaceThread.Run(
        Space, () => RawDrop.Install([.. prefixes.Select(p => IPNetwork.Parse(p))]));

    /// <summary>IPv4 addresses of lo with their labels, but for 127.0.0.1.</summary>
    private List<string> Addresses() =>
    [
        .. Space.Ip("-4 -o addr show dev lo").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words[3] != "127.0.0.1/8")
            .Select(words => $"{words[3]} {words[^5].TrimEnd('\\')}"),
    ];

    private List<string> Dropped()
    {
        string text = Space.Run("nft", "list", "set", "inet", "hyperplane", "own4");
        int begin = text.IndexOf("elements = {", StringComparison.Ordinal);
        return begin < 0
            ? []
            : [.. text[(begin + 12)..text.IndexOf('}', begin)].Split(',').Select(e => e.Trim())];
    }
}
