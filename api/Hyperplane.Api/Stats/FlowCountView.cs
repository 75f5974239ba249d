using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Api.Stats;

/// <summary>Flows, frames, bytes and TCP resets, summed over nodes; all but the active flows only grow.</summary>
internal sealed record FlowCountView(
    [property: Required, Description("Flows that began.")] long NewFlows,
    [property: Required, Description("Flows that are there now.")] long ActiveFlows,
    [property: Required, Description("Frames from clients.")] long PacketsIn,
    [property: Required, Description("Their bytes, Ethernet frame lengths.")] long BytesIn,
    [property: Required, Description("Frames to clients; 0 in mode dsr, where targets answer past the nodes.")]
    long PacketsOut,
    [property: Required, Description("Their bytes, Ethernet frame lengths.")] long BytesOut,
    [property: Required, Description("TCP resets of clients that were forwarded.")] long ClientResets,
    [property: Required, Description("TCP resets of targets that were forwarded; 0 in mode dsr.")] long TargetResets,
    [property: Required, Description("TCP resets that the load balancer made itself, for either end.")]
    long LoadBalancerResets)
{
    /// <summary>The controller's count for the wire.</summary>
    public static FlowCountView From(FlowCount count) => new(
        count.NewFlows, count.ActiveFlows, count.PacketsIn, count.BytesIn, count.PacketsOut, count.BytesOut,
        count.ClientResets, count.TargetResets, count.LoadBalancerResets);
}
