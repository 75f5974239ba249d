namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>How much is told at once; the first load balancer and target group are told whatever they have.</summary>
/// <param name="LoadBalancers">Load balancers.</param>
/// <param name="Listeners">Their listeners together.</param>
/// <param name="Targets">Targets of their target groups together.</param>
public readonly record struct TrafficLimits(int LoadBalancers, int Listeners, int Targets);
