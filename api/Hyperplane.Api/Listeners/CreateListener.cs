using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Api.Listeners;

/// <summary>The body that asks for a listener.</summary>
internal sealed record CreateListener : IRequestBody
{
    private const int UdpIdleTimeoutSeconds = 120;

    [Required, Description("What it listens to; the target group's must be the same.")]
    public ListenerProtocol? Protocol { get; init; }

    [Required, Between(1, 65535), Example(80), Description("Once per protocol and load balancer.")]
    public int? Port { get; init; }

    [Required, Pattern("^[A-Za-z0-9_-]{1,64}$", "Must be the id of a target group."), Example("tg-0c6c4f7e"),
     Description("The id of a target group of the same tenant.")]
    public string? TargetGroupId { get; init; }

    [Between(60, 6000), Example(350),
     Description("After so long without a packet a flow is forgotten. TCP: 350 by default. UDP: always 120.")]
    public int? IdleTimeoutSeconds { get; init; }

    /// <inheritdoc/>
    public void Check(Findings findings)
    {
        if (Protocol == ListenerProtocol.Udp && IdleTimeoutSeconds is not (null or UdpIdleTimeoutSeconds))
            findings.Invalid("/idleTimeoutSeconds", "Must be absent or 120 for UDP.");
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public ListenerConfig ToConfig() => new(
        Protocol!.Value.ToContract(),
        Port!.Value,
        TargetGroupId!,
        Protocol == ListenerProtocol.Udp ? null : IdleTimeoutSeconds);
}
