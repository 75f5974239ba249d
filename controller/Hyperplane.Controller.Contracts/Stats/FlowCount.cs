namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>Flows, frames, bytes and TCP resets, summed over nodes. All but the active flows only grow.</summary>
/// <param name="NewFlows">Begun.</param>
/// <param name="ActiveFlows">There now, at nodes that reported lately.</param>
/// <param name="PacketsIn">From clients.</param>
/// <param name="BytesIn">From clients, Ethernet frame lengths.</param>
/// <param name="PacketsOut">To clients; 0 in mode dsr, where targets answer past the nodes.</param>
/// <param name="BytesOut">To clients, Ethernet frame lengths.</param>
/// <param name="ClientResets">Clients' resets that were forwarded.</param>
/// <param name="TargetResets">Targets' resets that were forwarded.</param>
/// <param name="LoadBalancerResets">Resets that the load balancer made, for either end.</param>
public readonly record struct FlowCount(
    long NewFlows, long ActiveFlows, long PacketsIn, long BytesIn, long PacketsOut, long BytesOut,
    long ClientResets = 0, long TargetResets = 0, long LoadBalancerResets = 0)
{
    /// <summary>Both together.</summary>
    public static FlowCount operator +(FlowCount left, FlowCount right) => new(
        left.NewFlows + right.NewFlows, left.ActiveFlows + right.ActiveFlows,
        left.PacketsIn + right.PacketsIn, left.BytesIn + right.BytesIn,
        left.PacketsOut + right.PacketsOut, left.BytesOut + right.BytesOut,
        left.ClientResets + right.ClientResets, left.TargetResets + right.TargetResets,
        left.LoadBalancerResets + right.LoadBalancerResets);
}
