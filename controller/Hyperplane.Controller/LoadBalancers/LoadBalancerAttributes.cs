using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>The attributes of load balancers: names and defaults are AWS's, but for
/// <see cref="FlowLog"/>. What was not said is not stored.</summary>
internal static class LoadBalancerAttributes
{
    /// <summary>Whether new flows go to healthy targets of all zones alike.</summary>
    public const string CrossZone = "load_balancing.cross_zone.enabled";

    /// <summary>Whether a zone of it may be shifted away from.</summary>
    public const string ZonalShift = "zonal_shift.config.enabled";

    /// <summary>Whether nodes write a line about each of its flows; ours alone.</summary>
    public const string FlowLog = "flow_log.enabled";

    private const string DeletionProtection = "deletion_protection.enabled";
    private const string True = "true";
    private const string False = "false";

    private static readonly SortedDictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        [DeletionProtection] = False,
        [CrossZone] = False,
        [ZonalShift] = False,
        [FlowLog] = False,
    };

    // AWS's that cannot be set here.
    private static readonly Dictionary<string, RefusedAttribute> Refused = new(StringComparer.Ordinal)
    {
        ["access_logs.s3.bucket"] = RefusedAttribute.NeedsTls,
        ["access_logs.s3.enabled"] = RefusedAttribute.NeedsTls,
        ["access_logs.s3.prefix"] = RefusedAttribute.NeedsTls,
        ["dns_record.client_routing_policy"] = new(
            "needs_dns", "Load balancers have static addresses and no names in DNS yet; leave this out."),
        ["ipv6.deny_all_igw_traffic"] = new(
            "not_applicable",
            "There is no internet gateway; to let no IPv6 client in, add ::/0 to the listeners' deniedCidrs."),
        ["secondary_ips.auto_assigned.per_subnet"] = new(
            "not_applicable",
            "Source addresses are the nodes', shared by all load balancers; the operator adds nodes for more."),
    };

    /// <summary>The names of all that can be set.</summary>
    public static IReadOnlyCollection<string> Names => Defaults.Keys;

    /// <summary>The names of AWS's that cannot.</summary>
    public static IReadOnlyCollection<string> RefusedNames => Refused.Keys;

    /// <summary>Adds what is wrong with those of a request.</summary>
    public static void Check(List<FieldError> errors, IReadOnlyDictionary<string, string> attributes)
    {
        foreach ((string key, string value) in attributes)
        {
            if (Refused.TryGetValue(key, out RefusedAttribute? refused))
                errors.Add(refused.ToError(key));
            else if (!Defaults.ContainsKey(key))
                errors.Add(new FieldError(
                    "/attributes", "unknown_attribute",
                    $"There is no attribute {Refuse.Quote(key)}; known: {string.Join(", ", Defaults.Keys)}."));
            else if (value is not (True or False))
                errors.Add(Rules.Invalid($"/attributes/{key}", "One of true, false is allowed."));
        }
    }

    /// <summary>All attributes, defaults too.</summary>
    public static IReadOnlyDictionary<string, string> All(IReadOnlyDictionary<string, string> said)
    {
        var all = new SortedDictionary<string, string>(Defaults, StringComparer.Ordinal);
        foreach ((string key, string value) in said)
            all[key] = value;
        return all;
    }

    /// <summary>Whether new flows go to healthy targets of all zones alike.</summary>
    public static bool IsCrossZone(IReadOnlyDictionary<string, string> said) =>
        said.GetValueOrDefault(CrossZone) == True;

    /// <summary>Whether a zone may be shifted away from.</summary>
    public static bool MayShift(IReadOnlyDictionary<string, string> said) =>
        said.GetValueOrDefault(ZonalShift) == True;

    /// <summary>Whether it may not be deleted.</summary>
    public static bool IsProtected(IReadOnlyDictionary<string, string> said) =>
        said.GetValueOrDefault(DeletionProtection) == True;
}
