using System.Net;
using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.Applying.Requests;
using Hyperplane.Lbctl.TargetGroups;
using Hyperplane.Lbctl.Targets;

namespace Hyperplane.Lbctl.Applying.Wanted;

/// <summary>Understands a target group of a file. What numbers and names may be is the API's to say.</summary>
internal static class TargetGroupReader
{
    /// <summary>What it describes; null when it is none at all.</summary>
    public static WantedTargetGroup? Read(FileNode node, Findings findings)
    {
        if (MapReader.Of(
            node, "a target group", findings, "name", "protocol", "port", "ipAddressType", "healthCheck",
            "deregistrationDelaySeconds", "attributes", "tags", "targets") is not { } map)
            return null;
        int port = map.RequiredNumber("port", 1, 65_535);
        var body = new NewTargetGroup(
            map.Required("name"),
            map.RequiredChoice("protocol", "TCP", "UDP", "TCP_UDP"),
            port,
            map.Choice("ipAddressType", "ipv4", "ipv6"),
            map.Find("healthCheck") is { } check ? HealthCheck(check, findings) : null,
            map.Number("deregistrationDelaySeconds", 0, int.MaxValue),
            map.Pairs("attributes"),
            map.Pairs("tags"));
        return new WantedTargetGroup(map.At, body, Targets(map, port, findings));
    }

    private static HealthCheck? HealthCheck(FileNode node, Findings findings) =>
        MapReader.Of(
            node, "a health check", findings, "protocol", "port", "path", "intervalSeconds", "timeoutSeconds",
            "healthyThreshold", "unhealthyThreshold", "matcher") is { } map
            ? new HealthCheck(
                map.Choice("protocol", "TCP", "HTTP", "HTTPS"),
                map.Number("port", 1, 65_535),
                map.Text("path"),
                map.Number("intervalSeconds", 1, int.MaxValue),
                map.Number("timeoutSeconds", 1, int.MaxValue),
                map.Number("healthyThreshold", 1, int.MaxValue),
                map.Number("unhealthyThreshold", 1, int.MaxValue),
                map.Text("matcher"))
            : null;

    private static List<TargetRequested>? Targets(MapReader group, int groupPort, Findings findings)
    {
        if (group.List("targets") is not { } items)
            return null;
        var known = new HashSet<string>(StringComparer.Ordinal);
        var targets = new List<TargetRequested>();
        foreach (FileNode item in items)
        {
            if (Target(item, findings) is not { } target)
                continue;
            if (known.Add(Lbctl.Targets.Target.Endpoint(target.Address, target.Port ?? groupPort)))
                targets.Add(target);
            else
                findings.Add(item.At, $"the target {target.Address} is there twice with this port");
        }

        return targets;
    }

    /// <summary>A map, or as on a command line <c>ADDRESS[:PORT][=WEIGHT][@ZONE]</c>.</summary>
    private static TargetRequested? Target(FileNode node, Findings findings)
    {
        if (node is FileText { IsNull: false } text)
        {
            TargetRequested? typed = TargetRequested.TryParse(text.Text);
            if (typed is null)
                findings.Add(node.At, $"{node.Kind} is no target: it must be ADDRESS[:PORT][=WEIGHT][@ZONE] or a map");
            return typed is null ? null : typed with { Address = Canonical(typed.Address) };
        }

        if (MapReader.Of(node, "a target", findings, "address", "port", "weight", "zone") is not { } map)
            return null;
        string address = map.Required("address");
        if (address != "" && TargetRequested.TryParse(address) is not { Port: null, Weight: null, Zone: null })
            map.Wrong("address", $"'{address}' is no address");
        return new TargetRequested(
            Canonical(address), map.Number("port", 1, 65_535), map.Number("weight", 0, 999), map.Text("zone"));
    }

    /// <summary>As the API writes it (RFC 5952).</summary>
    private static string Canonical(string address) =>
        IPAddress.TryParse(address, out IPAddress? parsed) ? parsed.ToString() : address;
}
