using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Admission;

/// <summary>A VIP as <see cref="FlowAdmission"/> knows it.</summary>
/// <param name="Id">Names its bucket.</param>
/// <param name="Address">The destination.</param>
/// <param name="Limits">Of new flows; null for none.</param>
/// <param name="Sharers">Nodes that share them.</param>
internal sealed record LimitedVip(uint Id, PacketAddress Address, AdmissionModel? Limits, int Sharers);
