using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.Listeners;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Api.TargetGroups;

/// <summary>What is said of a target group itself, when it is created and when it is replaced.</summary>
internal abstract record TargetGroupBody : IRequestBody
{
    /// <summary>As AWS's.</summary>
    public const int UsualDeregistrationDelaySeconds = 300;

    [Required, ResourceName, Example("web"), Description("Unique in the tenant.")]
    public string? Name { get; init; }

    [Required, Description("What its targets speak; its listeners' must be the same.")]
    public ListenerProtocol? Protocol { get; init; }

    [Required, Between(1, 65535), Example(8080), Description("The port of targets that name none.")]
    public int? Port { get; init; }

    [Description("Of which family its targets' addresses are; `ipv4` by default. Clients may be of the other.")]
    public TargetFamily? IpAddressType { get; init; }

    [Description("How to tell a healthy target; a TCP handshake every 30 seconds by default.")]
    public CreateHealthCheck? HealthCheck { get; init; }

    [Between(0, 3600), Example(300),
     Description("So long the established flows of a deregistered target go on; 300 by default.")]
    public int? DeregistrationDelaySeconds { get; init; }

    [Description("How flows get to targets and when they end, by AWS's names; see the documentation of attributes.")]
    public Dictionary<string, string>? Attributes { get; init; }

    [TagCount, Description("At most 50; keys of 1 to 128 and values of 0 to 256 characters.")]
    public Dictionary<string, string>? Tags { get; init; }

    /// <inheritdoc/>
    public virtual void Check(Findings findings)
    {
        Resources.Tags.Check(Tags, findings);
        HealthCheck?.Check(findings);
    }

    /// <summary>The same in the controller's words, defaults filled in; only after nothing wrong was found.</summary>
    public TargetGroupConfig ToConfig() => new(
        Name!,
        Protocol!.Value.ToContract(),
        Port!.Value,
        (HealthCheck ?? new CreateHealthCheck()).ToConfig(),
        DeregistrationDelaySeconds ?? UsualDeregistrationDelaySeconds,
        Tags ?? [])
    {
        Attributes = Attributes ?? [],
        IpAddressType = IpAddressType == TargetFamily.Ipv6 ? TargetAddressType.Ipv6 : TargetAddressType.Ipv4,
    };
}
