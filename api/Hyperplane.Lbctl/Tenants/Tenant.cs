using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Tenants;

/// <summary>Who owns resources.</summary>
internal sealed record Tenant(string Id, string Name, DateTimeOffset? CreatedAt = null)
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
            new("CREATED", static one => Moment.Of(one.CreatedAt)),
        ]);
}
