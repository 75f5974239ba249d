using System.Globalization;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.TargetGroups;

namespace Hyperplane.Controller.Targets;

/// <summary>A target that was asked for, read and checked.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port, the group's when none was named.</param>
/// <param name="Weight">Its share of new flows.</param>
internal sealed record TargetRequest(Ip Address, int Port, int Weight)
{
    private const int MaxWeight = 999;

    /// <summary>The zone that it is in.</summary>
    public string? Zone { get; init; }

    /// <summary>Reads targets to register; what is wrong is added to the errors.</summary>
    public static List<TargetRequest> Read(
        IReadOnlyList<TargetConfig> targets,
        TargetGroupRow group,
        int most,
        Dictionary<string, ZonePools> zones,
        List<FieldError> errors)
    {
        var read = new List<TargetRequest>(targets.Count);
        var seen = new HashSet<(Ip, int)>();
        bool isDsr = TargetGroupAttributes.Read(group.Attributes, group.Protocol).IsDsr;
        CheckCount(targets.Count, most, errors);
        for (int i = 0; i < Math.Min(targets.Count, most); i++)
        {
            TargetConfig target = targets[i];
            string at = string.Create(CultureInfo.InvariantCulture, $"/targets/{i}");
            int port = target.Port ?? group.Port;
            int before = errors.Count;
            if (!TryRead(target.Address, group, out Ip address) || !address.IsHost)
                errors.Add(Rules.Invalid($"{at}/address", $"An {Family(group)} address of a host is allowed."));
            else if (zones.Values.Any(pools => pools.Contains(address)))
                errors.Add(
                    Rules.Invalid($"{at}/address", "An address of a VIP, SNAT or probe pool cannot be a target."));
            Rules.Between(errors, port, 1, 65_535, $"{at}/port");
            if (isDsr && port != group.Port)
                errors.Add(Rules.Invalid(
                    $"{at}/port", $"In mode dsr ports are not translated: {group.Port}, the group's, is allowed."));
            Rules.Between(errors, target.Weight, 0, MaxWeight, $"{at}/weight");
            if (target.Zone is { } zone && !zones.ContainsKey(zone))
                errors.Add(Rules.UnknownZone($"{at}/zone", zone, zones.Keys));
            if (errors.Count == before && !seen.Add((address, port)))
                errors.Add(Rules.Invalid(at, "The same address and port is in the request twice."));
            read.Add(new TargetRequest(address, port, target.Weight) { Zone = target.Zone });
        }

        return read;
    }

    /// <summary>Reads targets to deregister.</summary>
    public static List<TargetRequest> ReadKeys(
        IReadOnlyList<TargetKey> targets, TargetGroupRow group, int most, List<FieldError> errors)
    {
        var read = new List<TargetRequest>(targets.Count);
        CheckCount(targets.Count, most, errors);
        for (int i = 0; i < Math.Min(targets.Count, most); i++)
        {
            string at = string.Create(CultureInfo.InvariantCulture, $"/targets/{i}");
            int port = targets[i].Port ?? group.Port;
            if (!TryRead(targets[i].Address, group, out Ip address))
                errors.Add(Rules.Invalid($"{at}/address", $"An {Family(group)} address is allowed."));
            Rules.Between(errors, port, 1, 65_535, $"{at}/port");
            read.Add(new TargetRequest(address, port, Weight: 0));
        }

        return read;
    }

    private static bool TryRead(string text, TargetGroupRow group, out Ip address) =>
        Ip.TryParse(text, out address) && address.IsIpv4 == (group.IpAddressType == TargetAddressType.Ipv4);

    private static string Family(TargetGroupRow group) =>
        group.IpAddressType == TargetAddressType.Ipv4 ? "IPv4" : "IPv6";

    private static void CheckCount(int count, int most, List<FieldError> errors)
    {
        if (count == 0)
            errors.Add(new FieldError("/targets", "no_targets", "Name at least one target."));
        else if (count > most)
            errors.Add(new FieldError("/targets", "too_many_targets", $"At most {most} targets are allowed."));
    }
}
