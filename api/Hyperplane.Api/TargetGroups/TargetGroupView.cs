using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.Listeners;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Api.TargetGroups;

/// <summary>A target group as it is wanted and as it is seen.</summary>
internal sealed record TargetGroupView : IVersioned
{
    [Required, Description("Stable and never reused.")]
    public required string Id { get; init; }

    [Required, Example("web"), Description("Unique in the tenant.")]
    public required string Name { get; init; }

    [Required, Description("What its targets speak.")]
    public required ListenerProtocol Protocol { get; init; }

    [Required, Example(8080), Description("The port of targets that name none.")]
    public required int Port { get; init; }

    [Required, Description("Of which family its targets' addresses are.")]
    public required TargetFamily IpAddressType { get; init; }

    [Required, Description("How to tell a healthy target.")]
    public required HealthCheckView HealthCheck { get; init; }

    [Required, Example(300), Description("So long the established flows of a deregistered target go on.")]
    public required int DeregistrationDelaySeconds { get; init; }

    [Required, Description("All of them, defaults too.")]
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    [Required, Description("As given.")]
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    [Required, Description("Grows with every change of what is wanted.")]
    public required long Generation { get; init; }

    [Required, Description("When it was asked for.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Required, Description("Where it stands.")]
    public required StatusView Status { get; init; }

    /// <summary>The controller's target group for the wire.</summary>
    public static TargetGroupView From(TargetGroup group) => new()
    {
        Id = group.Id,
        Name = group.Name,
        Protocol = group.Protocol.ToWire(),
        Port = group.Port,
        IpAddressType = group.IpAddressType == TargetAddressType.Ipv6 ? TargetFamily.Ipv6 : TargetFamily.Ipv4,
        HealthCheck = HealthCheckView.From(group.HealthCheck),
        DeregistrationDelaySeconds = group.DeregistrationDelaySeconds,
        Attributes = group.Attributes,
        Tags = group.Tags,
        Generation = group.Generation,
        CreatedAt = group.CreatedAt,
        Status = StatusView.From(group.Status),
    };
}
