namespace Hyperplane.Api.LoadBalancers;

/// <summary>The body that says anew what a load balancer shall be: what is left out gets its default.</summary>
internal sealed record ReplaceLoadBalancer : LoadBalancerBody;
