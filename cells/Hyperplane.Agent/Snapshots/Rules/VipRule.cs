using Google.Protobuf.Collections;
using Hyperplane.Agent.Model;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>Every VIP is reachable through its shard, and its listeners lead to groups that exist.</summary>
internal static class VipRule
{
    /// <summary>Judges all VIPs and listeners; target groups and shards must have been learned.</summary>
    public static void Check(SnapshotFacts facts)
    {
        (Snapshot snapshot, Findings findings) = (facts.Snapshot, facts.Findings);
        if (snapshot.Vips.Count > SnapshotLimits.Vips)
        {
            findings.Add($"{snapshot.Vips.Count} VIPs, more than {SnapshotLimits.Vips}");
            return;
        }

        (int served, int lone) = (0, 0);
        var ids = new HashSet<uint>();
        var addresses = new HashSet<UInt128>();
        var listenerIds = new HashSet<uint>();
        foreach (Vip vip in snapshot.Vips)
        {
            if (vip.Id == 0 || !ids.Add(vip.Id))
                findings.Add($"VIP id {vip.Id} {(vip.Id == 0 ? "is not allowed" : "appears twice")}");
            if (vip.NewFlows is { Tenant: 0 })
                findings.Add($"VIP {vip.Id} has limits of new flows for no tenant");
            CheckAddress(facts, vip, addresses);
            CheckListeners(facts, vip, listenerIds);
            served += facts.Serves(vip.Shard) ? 1 : 0;
            lone += vip.AnnounceAlone ? 1 : 0;
        }

        if (served > DataplaneLimits.Vips)
            findings.Add($"this node would serve {served} VIPs, more than {DataplaneLimits.Vips}");
        if (lone > SnapshotLimits.LoneVips)
            findings.Add($"{lone} VIPs announced alone, more than {SnapshotLimits.LoneVips}");
        if (listenerIds.Count > DataplaneLimits.Listeners)
            findings.Add($"{listenerIds.Count} listeners, more than {DataplaneLimits.Listeners}");
    }

    private static void CheckAddress(SnapshotFacts facts, Vip vip, HashSet<UInt128> addresses)
    {
        Findings findings = facts.Findings;
        if (vip.LoadBalancer.Length is 0 or > SnapshotLimits.NameLength)
            findings.Add($"VIP {vip.Id}: the load balancer's name has {vip.LoadBalancer.Length} characters");
        if (!WireAddress.TryRead(vip.Address, out UInt128 address))
        {
            findings.Add($"VIP {vip.Id} has an address of {vip.Address.Length} bytes, not 4 or 16");
            return;
        }

        string who = $"VIP {WireAddress.Text(address)}";
        if (!addresses.Add(address))
            findings.Add($"{who} appears twice");
        if (!facts.Own.Contains(address))
            findings.Add($"{who} lies in no own prefix");
        if (facts.Snat.Contains(address))
            findings.Add($"{who} lies in the SNAT prefix");
        if (!facts.Shards.TryGetValue(vip.Shard, out ShardFacts? shard))
            findings.Add($"{who} belongs to shard {vip.Shard}, which does not exist");
        else if (!vip.AnnounceAlone && !shard.BlockFor(address).Contains(address))
            findings.Add(
                $"{who} lies outside the block of shard {vip.Shard}, {shard.BlockFor(address)}, and is not announced"
                + " alone");
    }

    private static void CheckListeners(SnapshotFacts facts, Vip vip, HashSet<uint> listenerIds)
    {
        Findings findings = facts.Findings;
        if (vip.Listeners.Count > SnapshotLimits.ListenersPerVip)
        {
            findings.Add(
                $"VIP {vip.Id} has {vip.Listeners.Count} listeners, more than {SnapshotLimits.ListenersPerVip}");
            return;
        }

        var ports = new HashSet<(Protocol, uint)>();
        foreach (Listener listener in vip.Listeners)
        {
            string who = $"listener {listener.Id}";
            if (listener.Id == 0 || !listenerIds.Add(listener.Id))
                findings.Add($"listener id {listener.Id} {(listener.Id == 0 ? "is not allowed" : "appears twice")}");
            if (listener.Protocol is not (Protocol.Tcp or Protocol.Udp))
                findings.Add($"{who} has protocol {(int)listener.Protocol}, not 6 or 17");
            if (listener.Port is 0 or > ushort.MaxValue)
                findings.Add($"{who} has port {listener.Port}, not 1 to 65535");
            if (!ports.Add((listener.Protocol, listener.Port)))
                findings.Add($"VIP {vip.Id} has two listeners on {listener.Protocol} {listener.Port}");
            CheckShares(facts, who, listener);
            CheckSources(findings, who, listener.Allowed);
            CheckSources(findings, who, listener.Denied);
            if (listener.IdleTimeoutMs is 0 or > SnapshotLimits.LongestMs)
                findings.Add(
                    $"{who} has an idle timeout of {listener.IdleTimeoutMs} ms, not 1 to {SnapshotLimits.LongestMs}");
        }
    }

    private static void CheckSources(Findings findings, string who, RepeatedField<Prefix> prefixes)
    {
        if (prefixes.Count > DataplaneLimits.PrefixesPerList)
        {
            findings.Add(
                $"{who} has {prefixes.Count} prefixes in a list of sources, more than "
                + $"{DataplaneLimits.PrefixesPerList}");
            return;
        }

        foreach (Prefix prefix in prefixes)
        {
            if (AddressRange.Read(prefix, out _, shortest: 0) is { } wrong)
                findings.Add($"{who}: a prefix of sources {wrong}");
        }
    }

    private static void CheckShares(SnapshotFacts facts, string who, Listener listener)
    {
        if (listener.Groups.Count > DataplaneLimits.GroupsPerListener)
        {
            facts.Findings.Add(
                $"{who} has {listener.Groups.Count} target groups, more than {DataplaneLimits.GroupsPerListener}");
            return;
        }

        foreach (GroupShare share in listener.Shares())
        {
            if (!facts.GroupIds.Contains(share.TargetGroup))
                facts.Findings.Add($"{who} names target group {share.TargetGroup}, which does not exist");
            if (share.Weight > 999)
                facts.Findings.Add(
                    $"{who} gives target group {share.TargetGroup} weight {share.Weight}, not 0 to 999");
        }

        if (listener.GroupIds().Distinct().Count() < listener.Groups.Count)
            facts.Findings.Add($"{who} names a target group twice");
    }
}
