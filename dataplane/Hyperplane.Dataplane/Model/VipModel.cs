using System.Collections.Immutable;
using System.Net;

namespace Hyperplane.Dataplane.Model;

/// <summary>One virtual address and what listens on it.</summary>
/// <param name="Id">Stable, never reused within 24 h.</param>
/// <param name="Address">Never local to the kernel.</param>
/// <param name="Listeners">At most one per (protocol, port).</param>
/// <param name="Admission">How many flows may begin there; null for no limit.</param>
public sealed record VipModel(
    uint Id, IPAddress Address, ImmutableArray<ListenerModel> Listeners, AdmissionModel? Admission = null);
