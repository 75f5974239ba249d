using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.LoadBalancers;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>A zone that a load balancer is to serve.</summary>
internal sealed record CreateZone : IRequestBody
{
    [Required, Pattern(OperatorName.Allowed, OperatorName.Message), Example("a"), Description("The zone's name.")]
    public string? Zone { get; init; }

    [Ipv4Address, Example("198.18.0.9"),
     Description("The address to use, inside the zone's VIP pool; one is chosen when absent.")]
    public string? Address { get; init; }

    [IpAddress(Ipv6Only = true), Example("fd00:18::9"),
     Description("For dualstack alone: the IPv6 address to use, inside the zone's IPv6 VIP pool; likewise.")]
    public string? Ipv6Address { get; init; }

    [Pattern("^eip-[0-9a-f]{1,32}$", "Must be the id of an elastic IP."), Example("eip-0123456789abcdef0"),
     Description("The elastic IP of the zone to use instead of an address of the pool.")]
    public string? ElasticIp { get; init; }

    [Pattern("^eip-[0-9a-f]{1,32}$", "Must be the id of an elastic IP."), Example("eip-0123456789abcdef1"),
     Description("For dualstack alone: the IPv6 elastic IP, likewise.")]
    public string? Ipv6ElasticIp { get; init; }

    /// <summary>Adds what no zone's own members can see.</summary>
    public static void Check(List<CreateZone>? zones, Findings findings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < zones?.Count; i++)
        {
            if (zones[i]?.Zone is { } zone && !seen.Add(zone))
                findings.Add($"/zones/{i}/zone", ProblemCodes.ZoneRepeated, "A zone may be there only once.");
        }
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public ZonePlacement ToPlacement() => new(Zone!, Address)
    {
        Ipv6Address = Ipv6Address,
        ElasticIp = ElasticIp,
        Ipv6ElasticIp = Ipv6ElasticIp,
    };
}
