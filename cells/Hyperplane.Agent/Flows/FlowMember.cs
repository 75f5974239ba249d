using System.Collections.Immutable;
using System.Net;

namespace Hyperplane.Agent.Flows;

/// <summary>A node of the cell, as flow state needs it; this node is one of them.</summary>
/// <param name="Id">1 to 65535.</param>
/// <param name="Address">On the fabric.</param>
/// <param name="SnatAddresses">The source addresses it holds the leases of.</param>
public sealed record FlowMember(ushort Id, IPAddress Address, ImmutableArray<IPAddress> SnatAddresses);
