using System.Net;

namespace Hyperplane.Agent.Model;

/// <summary>What the dataplane and the BGP speaker are started with; another identity means another start of
/// both.</summary>
/// <param name="Id">1 to 65535.</param>
/// <param name="Address">On the fabric: source of BGP, next hop of every prefix.</param>
public sealed record NodeIdentity(ushort Id, IPAddress Address);
