using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.Applying.Requests;

namespace Hyperplane.Lbctl.Applying.Wanted;

/// <summary>A load balancer of a file.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Body">All but its zones and listeners.</param>
/// <param name="Zones">Where it serves.</param>
/// <param name="Listeners">All of them; null when the file does not say.</param>
internal sealed record WantedLoadBalancer(
    Place At, NewLoadBalancer Body, IReadOnlyList<WantedZone> Zones, IReadOnlyList<WantedListener>? Listeners);
