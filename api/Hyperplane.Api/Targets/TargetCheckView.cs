using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Api.Targets;

/// <summary>What one node's own checks found of a target.</summary>
internal sealed record TargetCheckView
{
    [Required, Example("node-a1"), Description("The node's name.")]
    public required string Node { get; init; }

    [Required, Example("a"), Description("The zone that the node is in.")]
    public required string Zone { get; init; }

    [Required, Description("The node's own finding: `initial`, `healthy` or `unhealthy`. The majority decides.")]
    public required HealthState State { get; init; }

    [Required, Description("Why the node finds it not healthy; null when it does.")]
    public required string? Reason { get; init; }

    [Required, Example("GET http://10.0.0.7:8080/healthz"), Description("What the node sent; null when healthy.")]
    public required string? Sent { get; init; }

    [Required, Example("status 503"),
     Description("What came back, as printable text of at most 200 characters; null when healthy.")]
    public required string? Received { get; init; }

    [Required, Description("When the check ended that told this first; null when healthy.")]
    public required DateTimeOffset? CheckedAt { get; init; }

    /// <summary>The controller's for the wire.</summary>
    public static TargetCheckView From(TargetCheck check) => new()
    {
        Node = check.Node,
        Zone = check.Zone,
        State = TargetView.From(check.State),
        Reason = check.Reason,
        Sent = check.Sent,
        Received = check.Received,
        CheckedAt = check.CheckedAt,
    };
}
