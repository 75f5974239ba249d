using Hyperplane.Lbctl.TargetGroups;
using Hyperplane.Lbctl.Targets;

namespace Hyperplane.Lbctl.Applying.Requests;

/// <summary>A target group as a POST or a PUT says it; what is null gets the API's default.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Protocol">What its targets speak.</param>
/// <param name="Port">Of targets that name none.</param>
/// <param name="IpAddressType">Of its targets' addresses.</param>
/// <param name="HealthCheck">How targets are checked.</param>
/// <param name="DeregistrationDelaySeconds">How long flows of a deregistered target go on.</param>
/// <param name="Attributes">By name.</param>
/// <param name="Tags">By name.</param>
/// <param name="Targets">Those that are registered with it, of a POST alone.</param>
internal sealed record NewTargetGroup(
    string Name,
    string Protocol,
    int Port,
    string? IpAddressType = null,
    HealthCheck? HealthCheck = null,
    int? DeregistrationDelaySeconds = null,
    IReadOnlyDictionary<string, string>? Attributes = null,
    IReadOnlyDictionary<string, string>? Tags = null,
    IReadOnlyList<TargetRequested>? Targets = null);
