using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Tenants;

/// <summary>A tenant's key.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What it is for.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Secret">Only in the answer that creates it.</param>
internal sealed record ApiKey(
    string Id, string Name, DateTimeOffset? CreatedAt = null, string? Secret = null,
    string? Role = null)
{
    /// <summary>What lbctl knows about keys.</summary>
    public static readonly ResourceKind<ApiKey> Kind = new(
        "key",
        WireJson.Default.ApiKey,
        static one => one.Id,
        static one => one.Name,
        [
            new("NAME", static one => one.Name),
            new("ID", static one => one.Id),
            new("ROLE", static one => one.Role),
            new("CREATED", static one => Moment.Of(one.CreatedAt)),
        ]);

    /// <summary>The same with the secret, for the one time that it is told.</summary>
    public static readonly ResourceKind<ApiKey> NewKind =
        Kind with { Columns = [.. Kind.Columns, new("SECRET", static one => one.Secret)] };

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Id})";
}
