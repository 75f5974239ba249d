using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Cells;

/// <summary>The body that declares a zone. Its pools cannot be changed later.</summary>
internal sealed record PutZone : IRequestBody
{
    [Required, Ipv4Prefix, Example("198.18.0.0/20"), Description("The load balancers' addresses.")]
    public string? VipPool { get; init; }

    [Required, Ipv4Prefix, Example("198.19.0.0/24"), Description("Source addresses towards targets.")]
    public string? SnatPool { get; init; }

    [Required, Ipv4Prefix, Example("198.19.1.0/24"), Description("Source addresses of health checks.")]
    public string? ProbePool { get; init; }

    /// <inheritdoc/>
    public void Check(Findings findings)
    {
        Apart(SnatPool, "/snatPool", findings, VipPool);
        Apart(ProbePool, "/probePool", findings, VipPool, SnatPool);
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public Zone ToZone(string name) => new(name, VipPool!, SnatPool!, ProbePool!);

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
