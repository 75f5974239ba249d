using System.Net;

namespace Hyperplane.Dataplane.Model;

/// <summary>One address and port that serves flows.</summary>
/// <param name="Id">Stable; counters are kept per id.</param>
/// <param name="Address">Any IPv4 host reachable through the fabric.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Weight">0 to 999; 0 takes no new flows.</param>
/// <param name="Healthy">The cell's verdict; only healthy targets take new flows, unless none is.</param>
/// <param name="Draining">Deregistered: never takes a new flow; established ones go on.</param>
public sealed record TargetModel(uint Id, IPAddress Address, ushort Port, int Weight, bool Healthy, bool Draining)
{
    /// <summary>Whether new flows may go there while any target of the group is usable.</summary>
    public bool Usable => Healthy && !Draining && Weight > 0;
}
