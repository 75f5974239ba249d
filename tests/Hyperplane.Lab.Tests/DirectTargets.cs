using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>The lab's targets set up for mode dsr: VIPs as local addresses, and hpdecap.</summary>
internal sealed class DirectTargets : IDisposable
{
    private static readonly int[] Numbers = [1, 2, 3, 4];

    private readonly Region _region;
    private readonly string[] _vips;

    /// <param name="region">The lab.</param>
    /// <param name="vips">Of zone a, of either family.</param>
    public DirectTargets(Region region, params string[] vips)
    {
        (_region, _vips) = (region, vips);
        Parallel.ForEach(Numbers, number =>
        {
            foreach (string vip in vips)
                Address(number, "add", vip);
            region.Exec(
                Host(number), [
                    Command, "install", "--interface", "eth0", "--tunnel-address", $"10.30.0.{100 + number}",
                    $"fd00:30::{100 + number}", "--from", "10.10.1.0/24", "fd00:10:1::/64", "--vip", .. vips,
                ]);
        });
    }

    /// <summary>What <c>hpdecap status</c> counts under a name, over all targets.</summary>
    public long Count(string name) => Numbers.Sum(number => _region
        .Exec(Host(number), Command, "status", "--interface", "eth0").Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length == 2 && words[0] == name)
        .Sum(words => long.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture)));

    public void Dispose() => Parallel.ForEach(Numbers, number =>
    {
        _region.Exec(Host(number), Command, "remove", "--interface", "eth0");
        foreach (string vip in _vips)
            Address(number, "del", vip);
    });

    private static string Command => Path.Combine(Region.Root, "artifacts/bin/hpdecap");

    private static string Host(int number) => $"target-{number}";

    private void Address(int number, string verb, string vip)
    {
        bool isIpv4 = !vip.Contains(':', StringComparison.Ordinal);
        string[] once = isIpv4 || verb == "del" ? [] : ["nodad"];
        _region.Exec(
            Host(number), ["ip", "address", verb, $"{vip}/{(isIpv4 ? 32 : 128)}", "dev", "lo", .. once]);
    }
}
