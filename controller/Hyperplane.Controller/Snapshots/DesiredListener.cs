using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A listener of a load balancer in the cell; the group is given by its number.</summary>
internal sealed record DesiredListener(
    uint Number, string LoadBalancer, TransportProtocol Protocol, int Port, uint Group, int IdleTimeoutSeconds);
