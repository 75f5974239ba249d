using Hyperplane.Lbctl.Applying.Reading;

namespace Hyperplane.Lbctl.Applying.Wanted;

/// <summary>A zone of a load balancer of a file; elastic IPs by name or id.</summary>
internal sealed record WantedZone(
    Place At, string Zone, string? Address, string? Ipv6Address, string? ElasticIp, string? Ipv6ElasticIp)
{
    /// <summary>The elastic IPs that it names.</summary>
    public IEnumerable<string> ElasticIps => new[] { ElasticIp, Ipv6ElasticIp }.OfType<string>();
}
