using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.LoadBalancers;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>A zone that a load balancer is shifted away from.</summary>
internal sealed record ZonalShiftView
{
    [Required, Example("a"), Description("The zone's name.")]
    public required string Zone { get; init; }

    [Required, Description("When it ends by itself.")]
    public required DateTimeOffset ExpiresAt { get; init; }

    [Required, Example("power work in zone a"), Description("Why; null when it was not said.")]
    public required string? Comment { get; init; }

    /// <summary>The controller's shift for the wire.</summary>
    public static ZonalShiftView From(ZonalShift shift) => new()
    {
        Zone = shift.Zone,
        ExpiresAt = shift.ExpiresAt,
        Comment = shift.Comment,
    };
}
