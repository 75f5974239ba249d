using System.Collections.Immutable;
using System.Net;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Refuses models that cannot be meant or do not fit, with the reason in words.</summary>
public static class ModelValidation
{
    /// <summary>Null when a model may run; otherwise the first thing wrong with it.</summary>
    public static string? Check(DataplaneModel model)
    {
        if (model.OwnPrefixes.IsDefault || model.SnatAddresses.IsDefault || model.Gateways.IsDefault
            || model.Vips.IsDefault || model.TargetGroups.IsDefault)
            return "The model lacks one of its lists";
        return CheckCounts(model) ?? TunnelValidation.CheckSources(model) ?? CheckAddresses(model)
            ?? CheckGroups(model) ?? CheckVips(model);
    }

    private static string? CheckCounts(DataplaneModel model)
    {
        if (model.Vips.Any(vip => vip.Listeners.IsDefault))
            return "A VIP lacks its list of listeners";
        if (model.TargetGroups.Any(group => group.Targets.IsDefault))
            return "A target group lacks its list of targets";
        TargetGroupModel? large = model.TargetGroups.FirstOrDefault(
            group => group.Targets.Length > DataplaneLimits.TargetsPerGroup);
        return AtMost("own prefixes", model.OwnPrefixes.Length, DataplaneLimits.OwnPrefixes)
            ?? AtMost("VIPs", model.Vips.Length, DataplaneLimits.Vips)
            ?? AtMost("listeners", model.Vips.Sum(vip => (long)vip.Listeners.Length), DataplaneLimits.Listeners)
            ?? AtMost("target groups", model.TargetGroups.Length, DataplaneLimits.TargetGroups)
            ?? AtMost($"targets in group {large?.Id}", large?.Targets.Length ?? 0, DataplaneLimits.TargetsPerGroup)
            ?? AtMost("targets", model.TargetGroups.Sum(group => (long)group.Targets.Length), DataplaneLimits.Targets)
            ?? AtMost("SNAT addresses", model.SnatAddresses.Length, DataplaneLimits.SnatAddresses)
            ?? (model.SnatAddresses.Length == 0 ? "The model has no SNAT address" : null)
            ?? AtMost("gateways", model.Gateways.Length, MaximumGateways)
            ?? (model.Gateways.Length == 0 ? "The model has no gateway" : null);
    }

    private const int MaximumGateways = 8;

    private static string? CheckAddresses(DataplaneModel model)
    {
        foreach (IPNetwork prefix in model.OwnPrefixes)
        {
            if (prefix.PrefixLength == 0)
                return $"Own prefix {prefix} would take all traffic from the kernel";
        }
        var own = new PrefixSet(model.OwnPrefixes);
        var seen = new HashSet<IPAddress>();
        foreach (IPAddress address in model.SnatAddresses)
        {
            string? refusal = CheckUnicast($"SNAT address {address}", address);
            if (refusal is not null)
                return refusal;
            if (!seen.Add(address))
                return $"SNAT address {address} is there twice";
            if (!own.Contains(PacketAddress.Of(address)))
                return $"SNAT address {address} lies in none of the own prefixes";
        }
        return model.Gateways.Select(gateway => CheckUnicast($"Gateway {gateway}", gateway))
            .FirstOrDefault(refusal => refusal is not null);
    }

    private static string? CheckGroups(DataplaneModel model)
    {
        var groups = new HashSet<uint>();
        var targets = new HashSet<uint>();
        foreach (TargetGroupModel group in model.TargetGroups)
        {
            if (!groups.Add(group.Id))
                return $"Target group id {group.Id} is there twice";
            if (group.Tunnel is not null && group.ProxyProtocol)
            {
                return $"Target group {group.Id} has the proxy protocol in mode dsr: its targets answer clients "
                    + "themselves, so there is no connection to put a header into";
            }
            string? tunnelRefusal = TunnelValidation.Check(group, model);
            if (tunnelRefusal is not null)
                return tunnelRefusal;
            var places = new HashSet<(IPAddress, ushort)>();
            foreach (TargetModel target in group.Targets)
            {
                string name = $"Target {target.Id} of group {group.Id}";
                if (!targets.Add(target.Id))
                    return $"Target id {target.Id} is there twice";
                string? refusal = CheckUnicast($"{name} ({target.Address})", target.Address);
                if (refusal is not null)
                    return refusal;
                if (target.Port == 0)
                    return $"{name} has port 0";
                if (target.Weight is < 0 or > MaximumWeight)
                    return $"{name} has weight {target.Weight}; 0 to {MaximumWeight} are allowed";
                if (!places.Add((target.Address, target.Port)))
                    return $"{name}: {target.Address}:{target.Port} is in the group twice";
            }
        }
        return null;
    }

    private const int MaximumWeight = 999;

    private static string? CheckVips(DataplaneModel model)
    {
        var own = new PrefixSet(model.OwnPrefixes);
        var groups = model.TargetGroups.Select(group => group.Id).ToHashSet();
        var ids = new HashSet<uint>();
        var addresses = new HashSet<IPAddress>();
        var listeners = new HashSet<uint>();
        foreach (VipModel vip in model.Vips)
        {
            if (!ids.Add(vip.Id))
                return $"VIP id {vip.Id} is there twice";
            string? refusal = CheckUnicast($"VIP {vip.Id} ({vip.Address})", vip.Address);
            if (refusal is not null)
                return refusal;
            if (!addresses.Add(vip.Address))
                return $"VIP address {vip.Address} is there twice";
            if (model.SnatAddresses.Contains(vip.Address))
                return $"VIP {vip.Id} ({vip.Address}) is also a SNAT address";
            if (!own.Contains(PacketAddress.Of(vip.Address)))
                return $"VIP {vip.Id} ({vip.Address}) lies in none of the own prefixes";
            refusal = CheckListeners(vip, groups, listeners);
            if (refusal is not null)
                return refusal;
        }
        return null;
    }

    private static string? CheckListeners(VipModel vip, HashSet<uint> groups, HashSet<uint> ids)
    {
        var places = new HashSet<(IpProtocol, ushort)>();
        foreach (ListenerModel listener in vip.Listeners)
        {
            string name = $"Listener {listener.Id} of VIP {vip.Id}";
            if (!ids.Add(listener.Id))
                return $"Listener id {listener.Id} is there twice";
            if (listener.Protocol is not (IpProtocol.Tcp or IpProtocol.Udp))
                return $"{name} has protocol {(int)listener.Protocol}; TCP (6) and UDP (17) are allowed";
            if (listener.Port == 0)
                return $"{name} has port 0";
            if (!places.Add((listener.Protocol, listener.Port)))
                return $"{name}: {listener.Protocol} port {listener.Port} is there twice";
            string? refusal = CheckShares(name, listener.Groups, groups)
                ?? CheckSources(name, listener.Sources?.Allowed ?? [])
                ?? CheckSources(name, listener.Sources?.Denied ?? []);
            if (refusal is not null)
                return refusal;
            if (listener.IdleTimeoutMs <= 0)
                return $"{name} has idle timeout {listener.IdleTimeoutMs} ms; it must be positive";
        }
        return null;
    }

    private static string? CheckSources(string name, ImmutableArray<IPNetwork> prefixes)
    {
        if (prefixes.Length > DataplaneLimits.PrefixesPerList)
        {
            return $"{name} has {prefixes.Length} prefixes in a list of sources; "
                + $"{DataplaneLimits.PrefixesPerList} are allowed";
        }
        foreach (IPNetwork prefix in prefixes)
        {
            if (prefix.BaseAddress.IsIPv4MappedToIPv6)
                return $"{name}: source prefix {prefix} is an IPv4 address in IPv6 form; write it as IPv4";
        }
        return null;
    }

    private static string? CheckShares(string name, ImmutableArray<TargetGroupShare> shares, HashSet<uint> groups)
    {
        if (shares.IsDefaultOrEmpty || shares.Length > DataplaneLimits.GroupsPerListener)
            return $"{name} must have 1 to {DataplaneLimits.GroupsPerListener} target groups";
        var seen = new HashSet<uint>();
        foreach (TargetGroupShare share in shares)
        {
            if (!groups.Contains(share.GroupId))
                return $"{name} names target group {share.GroupId}, which is not in the model";
            if (!seen.Add(share.GroupId))
                return $"{name} names target group {share.GroupId} twice";
            if (share.Weight is < 0 or > MaximumWeight)
            {
                return $"{name} gives target group {share.GroupId} weight {share.Weight}; "
                    + $"0 to {MaximumWeight} are allowed";
            }
        }
        return null;
    }

    private static string? CheckUnicast(string name, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return $"{name} is an IPv4 address in IPv6 form; write it as IPv4";
        return PacketAddress.Of(address).MayBeHost ? null : $"{name} is not a unicast address";
    }

    private static string? AtMost(string what, long count, int limit) =>
        count > limit ? $"{count} {what}; at most {limit} fit on a node" : null;
}
