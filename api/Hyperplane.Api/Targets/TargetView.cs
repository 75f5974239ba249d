using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Api.Targets;

/// <summary>A target and how it is.</summary>
internal sealed record TargetView
{
    [Required, Description("Stable and never reused.")]
    public required string Id { get; init; }

    [Required, Description("The target group that it belongs to.")]
    public required string TargetGroupId { get; init; }

    [Required, Example("10.0.0.7"), Description("Its address.")]
    public required string Address { get; init; }

    [Required, Example(8080), Description("Its port.")]
    public required int Port { get; init; }

    [Required, Example(1), Description("Its share of new flows.")]
    public required int Weight { get; init; }

    [Required, Example("a"), Description("The zone that it is in; null: near in every zone.")]
    public required string? Zone { get; init; }

    [Required, Description("The worst of what the cells' nodes say by majority.")]
    public required HealthState State { get; init; }

    [Required, Description("Why it is not healthy, stable, made for programs; null when it is.")]
    public required string? Reason { get; init; }

    [Required, Description("What was sent and what came back, for a person; null when it is healthy.")]
    public required string? Detail { get; init; }

    [Required, Example(6), Description("Nodes whose own checks find it healthy.")]
    public required int HealthyNodes { get; init; }

    [Required, Example(6), Description("Nodes that check it and reported lately; those of a cell follow the majority.")]
    public required int VotingNodes { get; init; }

    [Required, Description("What each node's own checks found; null in lists.")]
    public required IReadOnlyList<TargetCheckView>? Checks { get; init; }

    [Required, Description("When it was registered.")]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The controller's target for the wire.</summary>
    public static TargetView From(Target target) => new()
    {
        Id = target.Id,
        TargetGroupId = target.TargetGroupId,
        Address = target.Address,
        Port = target.Port,
        Weight = target.Weight,
        Zone = target.Zone,
        State = From(target.State),
        Reason = target.Reason,
        Detail = target.Detail,
        HealthyNodes = target.HealthyNodes,
        VotingNodes = target.VotingNodes,
        Checks = target.Checks is { } checks ? [.. checks.Select(TargetCheckView.From)] : null,
        CreatedAt = target.CreatedAt,
    };

    /// <summary>The controller's state for the wire.</summary>
    public static HealthState From(TargetState state) => state switch
    {
        TargetState.Initial => HealthState.Initial,
        TargetState.Healthy => HealthState.Healthy,
        TargetState.Unhealthy => HealthState.Unhealthy,
        TargetState.UnhealthyDraining => HealthState.UnhealthyDraining,
        TargetState.Draining => HealthState.Draining,
        TargetState.Unused => HealthState.Unused,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no name on the wire"),
    };
}
