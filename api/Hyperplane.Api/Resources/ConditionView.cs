using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Resources;

/// <summary>One observed fact about a resource.</summary>
internal sealed record ConditionView
{
    [Required, Description("Stable, for example `SnapshotApplied` or `PrefixAnnounced`.")]
    public required string Type { get; init; }

    [Required, Description("True when the fact holds.")]
    public required bool Status { get; init; }

    [Required, Description("Where; null when it is about the whole resource.")]
    public required string? Zone { get; init; }

    [Required, Description("On which node; null when it is about the zone.")]
    public required string? Node { get; init; }

    [Required, Description("Why, stable, made for programs.")]
    public required string Reason { get; init; }

    [Required, Description("Why, for a person.")]
    public required string Message { get; init; }

    /// <summary>The controller's condition for the wire.</summary>
    public static ConditionView From(Condition condition) => new()
    {
        Type = condition.Type,
        Status = condition.Status,
        Zone = condition.Zone,
        Node = condition.Node,
        Reason = condition.Reason,
        Message = condition.Message,
    };
}
