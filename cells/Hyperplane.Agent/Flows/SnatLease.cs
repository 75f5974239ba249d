using System.Net;

namespace Hyperplane.Agent.Flows;

/// <summary>The source ports of one address that one start of a node gives out.</summary>
/// <param name="Address">One of the node's source addresses.</param>
/// <param name="FirstPort">First port.</param>
/// <param name="LastPort">Last port.</param>
public sealed record SnatLease(IPAddress Address, ushort FirstPort, ushort LastPort);
