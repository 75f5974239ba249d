using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Tenants;

/// <summary>Who owns resources.</summary>
internal sealed record Tenant(
    string Id, string Name, DateTimeOffset? CreatedAt = null, TenantLimits? Limits = null)
{
    /// <summary>What lbctl knows about tenants.</summary>
    public static readonly ResourceKind<Tenant> Kind = new(
        "tenant",
        WireJson.Default.Tenant,
        static one => one.Id,
        static one => one.Name,
        [
            new("NAME", static one => one.Name),
            new("ID", static one => one.Id),
            new("FLOWS/S", static one => Limit(one.Limits?.NewFlowsPerSecond)),
            new("PER ADDRESS", static one => Limit(one.Limits?.NewFlowsPerSecondPerAddress)),
            new("PER SOURCE", static one => Limit(one.Limits?.NewFlowsPerSecondPerSource)),
            new("CREATED", static one => Moment.Of(one.CreatedAt)),
        ]);

    private static string? Limit(int? flowsPerSecond) =>
        flowsPerSecond == 0 ? "any" : flowsPerSecond?.ToString(CultureInfo.InvariantCulture);
}
