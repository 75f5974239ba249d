using System.Net;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>The dataplane's own destinations are prefixes that leave the node itself and its routers
/// reachable.</summary>
internal static class PrefixRule
{
    /// <summary>Judges own prefixes, the covering SNAT prefixes and tunnel sources; learns them.</summary>
    public static void Check(SnapshotFacts facts)
    {
        (Snapshot snapshot, Findings findings) = (facts.Snapshot, facts.Findings);
        if (snapshot.OwnPrefixes.Count is 0 or > DataplaneLimits.OwnPrefixes)
            findings.Add($"{snapshot.OwnPrefixes.Count} own prefixes, not 1 to {DataplaneLimits.OwnPrefixes}");
        var ranges = new List<AddressRange>();
        foreach (Prefix prefix in snapshot.OwnPrefixes.Take(DataplaneLimits.OwnPrefixes))
        {
            if (AddressRange.Read(prefix, out AddressRange range) is { } wrong)
                findings.Add($"an own prefix {wrong}");
            else
                ranges.Add(range);
        }

        facts.Own = new AddressRanges(ranges);
        foreach (IPAddress peer in facts.Context.Peers.Where(p => facts.Own.Contains(WireAddress.ToNumber(p))))
            findings.Add($"the BGP peer {peer} lies in an own prefix");
        var snat = new List<AddressRange>();
        AddOwn(facts, snapshot.SnatPrefix, "the SNAT prefix", snat);
        if (snapshot.Ipv6SnatPrefix is not null)
            AddOwn(facts, snapshot.Ipv6SnatPrefix, "the IPv6 SNAT prefix", snat);
        facts.Snat = new AddressRanges(snat);
        CheckTunnelSources(facts);
    }

    private static void CheckTunnelSources(SnapshotFacts facts)
    {
        var sources = new List<AddressRange>();
        foreach (Prefix prefix in facts.Snapshot.TunnelSourcePrefixes)
            AddOwn(facts, prefix, "a prefix of tunnel sources", sources);
        foreach (AddressRange source in sources.Where(facts.Snat.Overlaps))
            facts.Findings.Add($"the tunnel sources {source} overlap the SNAT prefix");
        if (sources.DistinctBy(source => WireAddress.IsIpv4(source.First)).Count() < sources.Count)
            facts.Findings.Add("two prefixes of tunnel sources are of one address family");
    }

    private static void AddOwn(SnapshotFacts facts, Prefix? prefix, string what, List<AddressRange> own)
    {
        if (AddressRange.Read(prefix, out AddressRange range) is { } reason)
            facts.Findings.Add($"{what} {reason}");
        else if (!facts.Own.Contains(range))
            facts.Findings.Add($"{what} {range} lies in no own prefix");
        else
            own.Add(range);
    }
}
