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
        foreach (string address in addresses)
            Route("add", address, "mtu", MtuBytes.ToString(CultureInfo.InvariantCulture));
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
        foreach (string address in _addresses)
            Route("del", address);
        Forget();
    }

    private void Route(string verb, string address, params string[] more)
    {
        bool isIpv4 = !address.Contains(':', StringComparison.Ordinal);
        bool isClient = address.StartsWith(isIpv4 ? "10.20." : "fd00:20:", StringComparison.Ordinal);
        _region.Exec("router-a",
            ["ip", isIpv4 ? "-4" : "-6", "route", verb, address, "dev", isClient ? "cli0" : "core0", .. more]);
    }

    private void Forget()
    {
        foreach (string host in new[] { "client", "target-1", "target-2" })
        {
            foreach (string family in new[] { "-4", "-6" })
                _region.Exec(host, "ip", family, "route", "flush", "cache");
        }
    }
}
