namespace Hyperplane.Agent.FlowLogs;

/// <summary>Whose flow a listener's is.</summary>
/// <param name="Tenant">Its tenant's id.</param>
/// <param name="LoadBalancer">Its load balancer's id.</param>
/// <param name="Listener">Its own.</param>
public sealed record LoggedListener(string Tenant, string LoadBalancer, string Listener);
