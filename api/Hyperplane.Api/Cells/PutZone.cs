using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Cells;

/// <summary>The body that declares a zone. Its pools and its room for cells cannot be changed later, but IPv6
/// pools added.</summary>
internal sealed record PutZone : IRequestBody
{
    [Required, Ipv4Prefix, Example("198.18.0.0/20"), Description("The load balancers' addresses.")]
    public string? VipPool { get; init; }

    [Required, Ipv4Prefix, Example("198.19.0.0/24"), Description("Source addresses towards targets.")]
    public string? SnatPool { get; init; }

    [Required, Ipv4Prefix, Example("198.19.1.0/24"), Description("Source addresses of health checks.")]
    public string? ProbePool { get; init; }

    [Ipv6Prefix, Example("fd00:18::/112"),
     Description("The load balancers' IPv6 addresses. All three IPv6 pools or none; they can be added later.")]
    public string? Ipv6VipPool { get; init; }

    [Ipv6Prefix, Example("fd00:19::/120"), Description("IPv6 source addresses towards targets.")]
    public string? Ipv6SnatPool { get; init; }

    [Ipv6Prefix, Example("fd00:19::1:0/120"), Description("IPv6 source addresses of health checks.")]
    public string? Ipv6ProbePool { get; init; }

    [Between(1, 64), Example(4),
     Description("How many cells it has room for, a power of two, 4 by default: so many parts its VIP and SNAT pools "
        + "are split into, one a cell. It cannot be changed later.")]
    public int? MaxCells { get; init; }

    /// <inheritdoc/>
    public void Check(Findings findings)
    {
        if (MaxCells is { } cells && !int.IsPow2(cells))
            findings.Invalid("/maxCells", "Must be a power of two.");
        Apart(SnatPool, "/snatPool", findings, VipPool);
        Apart(ProbePool, "/probePool", findings, VipPool, SnatPool);
        Apart(Ipv6SnatPool, "/ipv6SnatPool", findings, Ipv6VipPool);
        Apart(Ipv6ProbePool, "/ipv6ProbePool", findings, Ipv6VipPool, Ipv6SnatPool);
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public Zone ToZone(string name) => new(name, VipPool!, SnatPool!, ProbePool!)
    {
        Ipv6VipPool = Ipv6VipPool,
        Ipv6SnatPool = Ipv6SnatPool,
        Ipv6ProbePool = Ipv6ProbePool,
        MaxCells = MaxCells ?? new Zone(name, VipPool!, SnatPool!, ProbePool!).MaxCells,
    };

    private static void Apart(string? pool, string pointer, Findings findings, params ReadOnlySpan<string?> others)
    {
        foreach (string? other in others)
        {
            if (System.Net.IPNetwork.TryParse(pool, out System.Net.IPNetwork left)
                && System.Net.IPNetwork.TryParse(other, out System.Net.IPNetwork right)
                && (left.Contains(right.BaseAddress) || right.Contains(left.BaseAddress)))
                findings.Invalid(pointer, $"Must not overlap {right}.");
        }
    }
}
