using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Cells;

/// <summary>The body that declares a cell. Its zone cannot be changed later; all else is as said last.</summary>
internal sealed record PutCell : IRequestBody
{
    [Required, Pattern(OperatorName.Allowed, OperatorName.Message), Example("a"),
     Description("The zone that it is in.")]
    public string? Zone { get; init; }

    [Ipv4Prefix, Example("172.30.0.0/24"),
     Description("Its nodes vary the source of tunnels without a port (ipip, gre) in it, so that routers spread flows; "
        + "announced by them, and no pool's. Without it the source is the node's address.")]
    public string? TunnelSourcePrefix { get; init; }

    [Ipv6Prefix, Example("fd00:30::/64"), Description("The same of tunnels over IPv6.")]
    public string? Ipv6TunnelSourcePrefix { get; init; }

    [Between(1, 16), Example(4),
     Description("How many nodes serve a load balancer: 4 by default, all where the cell has fewer. With 1 no other "
        + "node takes over. A change re-forms the shards and breaks no flow.")]
    public int? ShardSize { get; init; }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public Cell ToCell(string name) => new(name, Zone!)
    {
        TunnelSourcePrefix = TunnelSourcePrefix,
        Ipv6TunnelSourcePrefix = Ipv6TunnelSourcePrefix,
        ShardSize = ShardSize ?? new Cell(name, Zone!).ShardSize,
    };
}
