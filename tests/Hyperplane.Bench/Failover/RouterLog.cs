using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Failover;

/// <summary>What the router logged of BGP and BFD sessions that went down.</summary>
internal sealed partial class RouterLog(Region region, string router)
{
    private readonly string[] _files = router == "bird" ? ["bird-a.log"] : ["bgpd-a.log", "bfdd-a.log"];

    /// <summary>Where the logs end now.</summary>
    public IReadOnlyList<long> Mark() => [.. _files.Select(file => new FileInfo(PathOf(file)).Length)];

    /// <summary>Addresses of the nodes whose session went down after a mark.</summary>
    public IReadOnlySet<string> DownsSince(IReadOnlyList<long> mark)
    {
        var downs = new HashSet<string>(StringComparer.Ordinal);
        foreach ((int index, string file) in _files.Index())
            downs.UnionWith(Downs(Tail(PathOf(file), mark[index])));
        return downs;
    }

    /// <summary>Addresses in lines that tell of a session's end.</summary>
    public static IEnumerable<string> Downs(string text)
    {
        foreach (Match down in ByAddress().Matches(text))
            yield return down.Groups["address"].Value;
        foreach (Match down in ByName().Matches(text))
            yield return $"10.10.1.{10 + int.Parse(down.Groups["index"].ValueSpan, CultureInfo.InvariantCulture)}";
    }

    private string PathOf(string file) => Path.Combine(region.Folder, "state/log", file);

    private static string Tail(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(offset, SeekOrigin.Begin);
        using var reader = new StreamReader(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    // FRR's bgpd, FRR's bfdd, BIRD's BFD.
    [GeneratedRegex(
        @"%ADJCHANGE: neighbor \*?(?<address>[0-9.]+)\S* in vrf \S+ Down"
        + @"|state-change: \[[^\]]*peer:(?<address>[0-9.]+)[^\]]*\] up -> down"
        + @"|Session to (?<address>[0-9.]+) changed state from Up to Down",
        RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex ByAddress();

    // BIRD's BGP names the protocol, which infra/lab names after the node.
    [GeneratedRegex(@"node_a(?<index>\d+): State changed to (stop|flush)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex ByName();
}
