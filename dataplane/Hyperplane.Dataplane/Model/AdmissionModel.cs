using System.Collections.Immutable;

namespace Hyperplane.Dataplane.Model;

/// <summary>How many flows may begin at a VIP in a second, over all nodes of the cell; 0 for no limit.</summary>
/// <remarks>What would open a flow beyond is dropped before it costs more than a look-up, and counted. Each node has
/// its share: a limit over the nodes that announce the VIP and live. A tenth of a second's may come at once.</remarks>
/// <param name="PerVip">At the VIP.</param>
/// <param name="TenantId">Whose VIP it is; limits of one tenant's VIPs are one.</param>
/// <param name="PerTenant">At all VIPs of the tenant.</param>
/// <param name="PerSource">From one IPv4 address, or one IPv6 network of 64 bits, at any VIP of the tenant.</param>
/// <param name="Nodes">Who announces the VIP; empty: all nodes of the cell.</param>
public sealed record AdmissionModel(
    uint PerVip, uint TenantId, uint PerTenant, uint PerSource, ImmutableArray<ushort> Nodes);
