using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.ElasticIps;

/// <summary>An address that is the tenant's until it is released.</summary>
internal sealed record ElasticIp(
    string Id,
    string? Name = null,
    string? Zone = null,
    string? Address = null,
    string? AssociatedWith = null,
    IReadOnlyDictionary<string, string>? Tags = null,
    DateTimeOffset? CreatedAt = null)
{
    /// <summary>What lbctl knows about elastic IPs.</summary>
    public static readonly ResourceKind<ElasticIp> Kind = new(
        "elastic IP",
        WireJson.Default.ElasticIp,
        static one => one.Id,
        static one => one.Name ?? one.Id,
        [
            new("NAME", static one => one.Name),
            new("ID", static one => one.Id),
            new("ZONE", static one => one.Zone),
            new("ADDRESS", static one => one.Address),
            new("USED BY", static one => one.AssociatedWith),
            new("CREATED", static one => Moment.Of(one.CreatedAt)),
            new("TAGS", static one => Pair.Text(one.Tags), IsWide: true),
        ]);

    /// <summary>Everything about one.</summary>
    public static void Describe(ElasticIp one, Details details) => details
        .Add("Name", one.Name)
        .Add("Id", one.Id)
        .Add("Zone", one.Zone)
        .Add("Address", one.Address)
        .Add("Used by", one.AssociatedWith)
        .Add("Created", Moment.Of(one.CreatedAt))
        .Add("Tags", Pair.Columns("TAG"), [.. one.Tags ?? new Dictionary<string, string>()]);
}
