using System.ComponentModel.DataAnnotations.Schema;
using System.Net;
using Hyperplane.Controller.Contracts.AddressPools;

namespace Hyperplane.Controller.AddressPools;

/// <summary>A pool of addresses beside those that shards own.</summary>
[Table("address_pools")]
internal sealed class AddressPoolRow
{
    public required string Name { get; init; }

    public required string Zone { get; init; }

    public IPNetwork Prefix { get; set; }

    public AddressPoolKind Kind { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
