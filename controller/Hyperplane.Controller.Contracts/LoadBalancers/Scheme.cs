namespace Hyperplane.Controller.Contracts.LoadBalancers;

/// <summary>From where the addresses of a load balancer come, as with AWS; for ever.</summary>
public enum Scheme
{
    /// <summary>The zones' VIP pools and elastic IPs.</summary>
    InternetFacing,

    /// <summary>The zones' internal pools.</summary>
    Internal,
}
