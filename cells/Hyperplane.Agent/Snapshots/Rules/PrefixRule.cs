using System.Net;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>The dataplane's own destinations are prefixes that leave the node itself and its routers
/// reachable.</summary>
internal static class PrefixRule
{
    /// <summary>Judges own prefixes and the covering SNAT prefix; learns both.</summary>
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
        if (AddressRange.Read(snapshot.SnatPrefix, out AddressRange snat) is { } reason)
            findings.Add($"the SNAT prefix {reason}");
        else if (!facts.Own.Contains(snat))
            findings.Add($"the SNAT prefix {snat} lies in no own prefix");
        else
            facts.Snat = snat;
    }
}
