using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Api.Listeners;

/// <summary>What is said of a listener when it is created and when it is replaced.</summary>
internal abstract record ListenerBody : IRequestBody
{
    private const int UdpIdleTimeoutSeconds = 120;

    [Required, Description(
        "What it listens to; TCP_UDP is both on one port. The target groups' must be the same, or TCP_UDP.")]
    public ListenerProtocol? Protocol { get; init; }

    [Required, Between(1, 65535), Example(80), Description("Once per protocol and load balancer.")]
    public int? Port { get; init; }

    [Pattern("^[A-Za-z0-9_-]{1,64}$", "Must be the id of a target group."), Example("tg-0c6c4f7e"),
     Description("The id of a target group of the same tenant; this or `targetGroups`.")]
    public string? TargetGroupId { get; init; }

    [ItemCount(1, 5), Description("Several target groups that share its new flows by weight.")]
    public List<WeightedGroup>? TargetGroups { get; init; }

    [Between(60, 6000), Example(350),
     Description(
         "After so long without a packet a flow is forgotten. TCP: 350 by default. UDP: always 120, also of TCP_UDP.")]
    public int? IdleTimeoutSeconds { get; init; }

    [ItemCount(0, 64), Description(
        "The clients that may begin flows, as prefixes or addresses of either family; none: everybody.")]
    public List<string>? AllowedCidrs { get; init; }

    [ItemCount(0, 64), Description("Those that may not, whatever allowedCidrs says.")]
    public List<string>? DeniedCidrs { get; init; }

    /// <inheritdoc/>
    public virtual void Check(Findings findings)
    {
        if (Protocol == ListenerProtocol.Udp && IdleTimeoutSeconds is not (null or UdpIdleTimeoutSeconds))
            findings.Invalid("/idleTimeoutSeconds", "Must be absent or 120 for UDP.");
        if (TargetGroupId is null && TargetGroups is null)
            findings.Add("/targetGroupId", ProblemCodes.MissingMember, "Must be there, or targetGroups.");
        if (TargetGroupId is not null && TargetGroups is not null)
            findings.Invalid("/targetGroups", "Must be absent when targetGroupId is there.");
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public ListenerConfig ToConfig()
    {
        TargetGroupShare[] shares = TargetGroups is null
            ? [new TargetGroupShare(TargetGroupId!, 1)]
            : [.. TargetGroups.Select(group => group.ToShare())];
        return new ListenerConfig(
            Protocol!.Value.ToContract(),
            Port!.Value,
            shares[0].TargetGroupId,
            Protocol == ListenerProtocol.Udp ? null : IdleTimeoutSeconds)
        {
            TargetGroups = shares,
            AllowedCidrs = AllowedCidrs ?? [],
            DeniedCidrs = DeniedCidrs ?? [],
        };
    }
}
