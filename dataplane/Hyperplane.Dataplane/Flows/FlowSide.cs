namespace Hyperplane.Dataplane.Flows;

/// <summary>From whom a frame of a flow comes; also the direction bit of <see
/// cref="FlowEntry.CounterSlot"/>.</summary>
public enum FlowSide : byte
{
    /// <summary>The client, towards the VIP.</summary>
    Client,

    /// <summary>The target, towards the SNAT address.</summary>
    Target,
}
