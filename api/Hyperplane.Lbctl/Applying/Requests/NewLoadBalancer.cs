using Hyperplane.Lbctl.LoadBalancers;

namespace Hyperplane.Lbctl.Applying.Requests;

/// <summary>A load balancer as a POST or a PUT says it; what is null gets the API's default.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Zones">Where it serves.</param>
/// <param name="IpAddressType">Of its addresses.</param>
/// <param name="Scheme">From where they come.</param>
/// <param name="Attributes">By name.</param>
/// <param name="Tags">By name.</param>
/// <param name="Listeners">Those that are created with it, of a POST alone.</param>
internal sealed record NewLoadBalancer(
    string Name,
    IReadOnlyList<ZoneRequested> Zones,
    string? IpAddressType = null,
    string? Scheme = null,
    IReadOnlyDictionary<string, string>? Attributes = null,
    IReadOnlyDictionary<string, string>? Tags = null,
    IReadOnlyList<NewListener>? Listeners = null);
