using System.ComponentModel.DataAnnotations.Schema;
using System.Net;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.ElasticIps;

/// <summary>An address that a tenant holds.</summary>
[Table("elastic_ips")]
internal sealed class ElasticIpRow : ITenantOwned
{
    public required string Id { get; init; }

    public long Serial { get; init; }

    public required string TenantId { get; init; }

    /// <summary>Unique in the tenant; null when it has none.</summary>
    public string? Name { get; init; }

    public required string Zone { get; init; }

    public required IPAddress Address { get; init; }

    /// <summary>The id of what has the address; null when it is free.</summary>
    public string? AssociatedWith { get; set; }

    /// <summary>A JSON object of strings, keys in ordinal order.</summary>
    public required string Tags { get; set; }

    /// <summary>Counts the changes of what the tenant says of it.</summary>
    public long Generation { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
