using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>The attributes of load balancers: names and defaults are AWS's. What was not said is not stored.</summary>
internal static class LoadBalancerAttributes
{
    /// <summary>Whether new flows go to healthy targets of all zones alike.</summary>
    public const string CrossZone = "load_balancing.cross_zone.enabled";

    private const string DeletionProtection = "deletion_protection.enabled";
    private const string True = "true";
    private const string False = "false";

    private static readonly SortedDictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        [DeletionProtection] = False,
        [CrossZone] = False,
    };

    // What only names in DNS could do.
    private static readonly string[] OfDns = ["dns_record.client_routing_policy"];

    /// <summary>Adds what is wrong with those of a request.</summary>
    public static void Check(List<FieldError> errors, IReadOnlyDictionary<string, string> attributes)
    {
        foreach ((string key, string value) in attributes)
        {
            if (OfDns.Contains(key, StringComparer.Ordinal))
                errors.Add(new FieldError(
                    $"/attributes/{key}", "needs_dns",
                    "Load balancers have static addresses and no names in DNS yet; leave this out."));
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

    /// <summary>Whether it may not be deleted.</summary>
    public static bool IsProtected(IReadOnlyDictionary<string, string> said) =>
        said.GetValueOrDefault(DeletionProtection) == True;
}
