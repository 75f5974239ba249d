using System.Globalization;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>A hop on the way to a host that carries shorter packets than all others: router-a's route to it. Path MTUs
/// that hosts learned are forgotten when it comes and when it goes.</summary>
internal sealed class SmallHop : IDisposable
{
    public const int MtuBytes = 1_400;

    private readonly Region _region;
    private readonly string[] _addresses;

    /// <param name="region">The lab.</param>
    /// <param name="addresses">Of hosts behind one of router-a's devices.</param>
    public SmallHop(Region region, params string[] addresses)
    {
        (_region, _addresses) = (region, addresses);
        Forget();
        Route("add", $" mtu {MtuBytes}");
    }

    /// <summary>The smallest path MTU that a host has learned of a family; null when it has learned none.</summary>
    public static int? Learned(Region region, string host, int version)
    {
        string[] words = region.Exec(host, "ip", $"-{version}", "route", "show", "cache").Split([' ', '\n']);
        return words.Zip(words.Skip(1)).Where(pair => pair.First == "mtu")
            .Select(pair => (int?)int.Parse(pair.Second, CultureInfo.InvariantCulture)).Min();
    }

    public void Dispose()
    {
        Route("del", "");
        Forget();
    }

    private void Route(string verb, string more) => _region.Exec("router-a", "sh", "-ec", string.Join('\n', _addresses
        .Select(address => $"ip route {verb} {address} dev {(IsClient(address) ? "cli0" : "core0")}{more}")));

    private static bool IsClient(string address) => address.StartsWith("10.20.", StringComparison.Ordinal)
        || address.StartsWith("fd00:20:", StringComparison.Ordinal);

    private void Forget() => Parallel.ForEach(
        ["client", "target-1", "target-2"],
        host => _region.Exec(host, "sh", "-ec", "ip -4 route flush cache; ip -6 route flush cache"));
}
