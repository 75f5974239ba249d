using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Api.Listeners;

/// <summary>A listener as it is wanted and as it is seen.</summary>
internal sealed record ListenerView : IVersioned
{
    [Required, Description("Stable and never reused.")]
    public required string Id { get; init; }

    [Required, Description("The load balancer that it belongs to.")]
    public required string LoadBalancerId { get; init; }

    [Required, Description("What it listens to.")]
    public required ListenerProtocol Protocol { get; init; }

    [Required, Example(80), Description("Where it listens.")]
    public required int Port { get; init; }

    [Required, Description("Where its flows go; the first one, where there are several.")]
    public required string TargetGroupId { get; init; }

    [Required, Description("All of them, with their weights.")]
    public required IReadOnlyList<TargetGroupShareView> TargetGroups { get; init; }

    [Required, Example(350), Description("After so long without a packet a flow is forgotten.")]
    public required int IdleTimeoutSeconds { get; init; }

    [Required, Description(
        "The prefixes whose clients may begin flows, IPv4 first, in order of their addresses; none: everybody.")]
    public required IReadOnlyList<string> AllowedCidrs { get; init; }

    [Required, Description("Those whose clients may not, whatever allowedCidrs says.")]
    public required IReadOnlyList<string> DeniedCidrs { get; init; }

    [Required, Description("Grows with every change of what is wanted.")]
    public required long Generation { get; init; }

    [Required, Description("When it was asked for.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Required, Description("Where it stands.")]
    public required StatusView Status { get; init; }

    /// <summary>The controller's listener for the wire.</summary>
    public static ListenerView From(Listener listener) => new()
    {
        Id = listener.Id,
        LoadBalancerId = listener.LoadBalancerId,
        Protocol = listener.Protocol.ToWire(),
        Port = listener.Port,
        TargetGroupId = listener.TargetGroupId,
        TargetGroups = [.. listener.TargetGroups.Select(TargetGroupShareView.From)],
        IdleTimeoutSeconds = listener.IdleTimeoutSeconds,
        AllowedCidrs = listener.AllowedCidrs,
        DeniedCidrs = listener.DeniedCidrs,
        Generation = listener.Generation,
        CreatedAt = listener.CreatedAt,
        Status = StatusView.From(listener.Status),
    };
}
