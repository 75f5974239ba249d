using System.Net;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>Finds what contradicts itself in a configuration whose members are each right.</summary>
internal static class ConfigRules
{
    /// <summary>Adds a line for everything it finds.</summary>
    public static void Check(HpdpConfig config, List<string> errors)
    {
        CheckAddresses(config, errors);
        CheckGroups(config, errors);
        CheckVips(config, errors);
        // What the dataplane refuses beyond that: limits of a whole node.
        if (errors.Count == 0 && ModelValidation.Check(ConfigModel.Of(config)) is { } refusal)
            errors.Add($"$: {refusal}");
    }

    private static void CheckAddresses(HpdpConfig config, List<string> errors)
    {
        for (int i = 0; i < config.OwnPrefixes.Length; i++)
        {
            if (config.OwnPrefixes[i].PrefixLength == 0)
                errors.Add($"$.ownPrefixes[{i}]: it would take all traffic; write the VIPs' and SNAT prefixes");
        }
        CheckDistinct(config.SnatAddresses, "$.snatAddresses", "", errors);
        for (int i = 0; i < config.SnatAddresses.Length; i++)
        {
            CheckUnicast(config.SnatAddresses[i], $"$.snatAddresses[{i}]", errors);
            CheckOwn(config, config.SnatAddresses[i], $"$.snatAddresses[{i}]", errors);
        }
        CheckDistinct(config.Gateways, "$.gateways", "", errors);
        for (int i = 0; i < config.Gateways.Length; i++)
            CheckUnicast(config.Gateways[i], $"$.gateways[{i}]", errors);
        CheckDistinct(config.Neighbours.Select(neighbour => neighbour.Address), "$.neighbours", ".address", errors);
        for (int i = 0; i < config.Neighbours.Length; i++)
        {
            IPAddress address = config.Neighbours[i].Address;
            if (!config.Gateways.Contains(address) && !config.Subnets.Any(subnet => subnet.Contains(address)))
                errors.Add(
                    $"$.neighbours[{i}].address: {address} is neither a gateway nor on one of the subnets; "
                    + "add its subnet to subnets or leave it out");
        }
    }

    private static void CheckGroups(HpdpConfig config, List<string> errors)
    {
        CheckDistinct(config.TargetGroups.Select(group => group.Id), "$.targetGroups", ".id", errors);
        var ids = new HashSet<uint>();
        for (int g = 0; g < config.TargetGroups.Length; g++)
        {
            TargetGroupConfig group = config.TargetGroups[g];
            CheckDistinct(
                group.Targets.Select(target => $"{target.Address}:{target.Port}"), $"$.targetGroups[{g}].targets", "",
                errors);
            for (int t = 0; t < group.Targets.Length; t++)
            {
                string path = $"$.targetGroups[{g}].targets[{t}]";
                if (!ids.Add(group.Targets[t].Id))
                    errors.Add($"{path}.id: {group.Targets[t].Id} is another target's; write one of its own");
                CheckUnicast(group.Targets[t].Address, $"{path}.address", errors);
            }
        }
    }

    private static void CheckVips(HpdpConfig config, List<string> errors)
    {
        CheckDistinct(config.Vips.Select(vip => vip.Id), "$.vips", ".id", errors);
        CheckDistinct(config.Vips.Select(vip => vip.Address), "$.vips", ".address", errors);
        var groups = config.TargetGroups.Select(group => group.Id).ToHashSet();
        var ids = new HashSet<uint>();
        for (int v = 0; v < config.Vips.Length; v++)
        {
            VipConfig vip = config.Vips[v];
            CheckUnicast(vip.Address, $"$.vips[{v}].address", errors);
            CheckOwn(config, vip.Address, $"$.vips[{v}].address", errors);
            if (config.SnatAddresses.Contains(vip.Address))
                errors.Add(
                    $"$.vips[{v}].address: {vip.Address} is in snatAddresses too; take it out of one of the two");
            CheckDistinct(
                vip.Listeners.Select(l => $"{l.Protocol} port {l.Port}"), $"$.vips[{v}].listeners", "", errors);
            for (int l = 0; l < vip.Listeners.Length; l++)
            {
                ListenerConfig listener = vip.Listeners[l];
                string path = $"$.vips[{v}].listeners[{l}]";
                if (!ids.Add(listener.Id))
                    errors.Add($"{path}.id: {listener.Id} is another listener's; write one of its own");
                CheckShares(listener, path, groups, errors);
            }
        }
    }

    private static void CheckShares(ListenerConfig listener, string path, HashSet<uint> groups, List<string> errors)
    {
        CheckDistinct(
            listener.TargetGroups.Select(share => share.TargetGroup), $"{path}.targetGroups", ".targetGroup", errors);
        foreach ((int index, TargetGroupShare share) in ConfigModel.Shares(listener).Index())
        {
            string place = listener.TargetGroup is null ? $"targetGroups[{index}].targetGroup" : "targetGroup";
            if (!groups.Contains(share.GroupId))
                errors.Add(
                    $"{path}.{place}: there is no target group {share.GroupId}; there are "
                    + string.Join(", ", groups.Order().Take(10)) + (groups.Count > 10 ? ", …" : ""));
        }
    }

    private static void CheckDistinct<T>(IEnumerable<T> values, string path, string member, List<string> errors)
        where T : notnull
    {
        var seen = new Dictionary<T, int>();
        foreach ((int index, T value) in values.Index())
        {
            if (!seen.TryAdd(value, index))
                errors.Add($"{path}[{index}]{member}: {value} stands in [{seen[value]}] already; keep one");
        }
    }

    private static void CheckUnicast(IPAddress address, string path, List<string> errors)
    {
        if (!PacketAddress.Of(address).MayBeHost || address.IsIPv4MappedToIPv6)
            errors.Add($"{path}: {address} is no host's address; write a unicast one");
    }

    private static void CheckOwn(HpdpConfig config, IPAddress address, string path, List<string> errors)
    {
        if (!config.OwnPrefixes.Any(prefix => prefix.Contains(address)))
            errors.Add($"{path}: {address} lies in none of the ownPrefixes; add a prefix that has it");
    }
}
