using System.Net;

namespace Hyperplane.Dataplane.Model;

/// <summary>One address and port that serves flows.</summary>
/// <param name="Id">Stable; counters are kept per id.</param>
/// <param name="Address">Any host reachable through the fabric.</param>
/// <param name="Port">1 to 65535; not looked at in mode <c>dsr</c>, where the client's destination stays.</param>
/// <param name="Weight">0 to 999; 0 takes no new flows.</param>
/// <param name="Healthy">The cell's verdict; only healthy targets take new flows, unless none is.</param>
/// <param name="Draining">Deregistered: never takes a new flow; established ones go on.</param>
/// <param name="Ends">Its flows are ended now, with a reset to both sides: it failed and keeps none, or its time to
/// drain is over.</param>
/// <param name="Far">In another zone than the node; see <see cref="TargetGroupShare.NearFirst"/>.</param>
public sealed record TargetModel(
    uint Id, IPAddress Address, ushort Port, int Weight, bool Healthy, bool Draining, bool Ends = false,
    bool Far = false)
{
    /// <summary>Whether new flows may go there while any target of the group is usable.</summary>
    public bool Usable => Healthy && !Draining && Weight > 0;
}
