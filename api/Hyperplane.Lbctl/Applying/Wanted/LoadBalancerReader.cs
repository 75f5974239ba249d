using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.Applying.Requests;

namespace Hyperplane.Lbctl.Applying.Wanted;

/// <summary>Understands a load balancer of a file, with its listeners.</summary>
internal static class LoadBalancerReader
{
    /// <summary>What it describes; null when it is none at all.</summary>
    public static WantedLoadBalancer? Read(FileNode node, Findings findings)
    {
        if (MapReader.Of(
            node, "a load balancer", findings, "name", "zones", "scheme", "ipAddressType", "attributes", "tags",
            "listeners") is not { } map)
            return null;
        var body = new NewLoadBalancer(
            map.Required("name"),
            Zones: [],
            map.Choice("ipAddressType", "ipv4", "dualstack"),
            map.Choice("scheme", "internet-facing", "internal"),
            map.Pairs("attributes"),
            map.Pairs("tags"));
        return new WantedLoadBalancer(map.At, body, Zones(map, findings), Listeners(map, findings));
    }

    private static List<WantedZone> Zones(MapReader map, Findings findings)
    {
        var zones = new List<WantedZone>();
        if (map.Find("zones") is null)
            map.Wrong("zones", "a load balancer must have zones");
        foreach (FileNode item in map.List("zones") ?? [])
        {
            if (Zone(item, findings) is not { } zone)
                continue;
            if (zone.Zone != "" && zones.Exists(known => known.Zone == zone.Zone))
                findings.Add(item.At, $"zone '{zone.Zone}' is there twice");
            zones.Add(zone);
        }

        return zones;
    }

    /// <summary>A map, or the name alone.</summary>
    private static WantedZone? Zone(FileNode node, Findings findings)
    {
        if (node is FileText { IsNull: false } name)
            return new WantedZone(node.At, name.Text, null, null, null, null);
        return MapReader.Of(
            node, "a zone", findings, "zone", "address", "ipv6Address", "elasticIp", "ipv6ElasticIp") is { } map
            ? new WantedZone(
                map.At,
                map.Required("zone"),
                map.Text("address"),
                map.Text("ipv6Address"),
                map.Text("elasticIp"),
                map.Text("ipv6ElasticIp"))
            : null;
    }

    private static List<WantedListener>? Listeners(MapReader owner, Findings findings)
    {
        if (owner.List("listeners") is not { } items)
            return null;
        var listeners = new List<WantedListener>();
        foreach (FileNode item in items)
        {
            if (MapReader.Of(
                item, "a listener", findings, "protocol", "port", "targetGroup", "targetGroups", "idleTimeoutSeconds",
                "allowedCidrs", "deniedCidrs") is not { } map)
                continue;
            var body = new NewListener(
                map.RequiredChoice("protocol", "TCP", "UDP", "TCP_UDP"),
                map.RequiredNumber("port", 1, 65_535),
                TargetGroups: [],
                map.Number("idleTimeoutSeconds", 1, int.MaxValue),
                map.Texts("allowedCidrs"),
                map.Texts("deniedCidrs"));
            var listener = new WantedListener(map.At, body, Shares(map, findings));
            if (listeners.Exists(known => known.Name == listener.Name))
                findings.Add(map.At, $"listener {listener.Name} is there twice");
            listeners.Add(listener);
        }

        return listeners;
    }

    private static List<WantedShare> Shares(MapReader listener, Findings findings)
    {
        FileNode? one = listener.Find("targetGroup");
        if ((one is null) == (listener.Find("targetGroups") is null))
            listener.Wrong("targetGroup", "a listener must have targetGroup, or targetGroups with weights");
        if (one is not null)
            return [new WantedShare(one.At, listener.Required("targetGroup"), 1)];
        var shares = new List<WantedShare>();
        foreach (FileNode item in listener.List("targetGroups") ?? [])
        {
            WantedShare share;
            if (item is FileText { IsNull: false } name)
                share = new WantedShare(item.At, name.Text, 1);
            else if (MapReader.Of(item, "a target group of a listener", findings, "name", "weight") is { } map)
                share = new WantedShare(map.At, map.Required("name"), map.Number("weight", 0, 999) ?? 1);
            else
                continue;
            if (shares.Exists(known => known.Name == share.Name))
                findings.Add(item.At, $"target group '{share.Name}' is there twice");
            shares.Add(share);
        }

        return shares;
    }
}
