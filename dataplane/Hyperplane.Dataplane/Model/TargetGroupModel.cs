using System.Collections.Immutable;

namespace Hyperplane.Dataplane.Model;

/// <summary>Targets that share the flows of a listener.</summary>
/// <remarks>When no target is <see cref="TargetModel.Usable"/> the dataplane fails open over all that are not
/// draining.</remarks>
/// <param name="Id">Stable.</param>
/// <param name="Targets">Of either address family.</param>
/// <param name="Selection">Who takes a new flow.</param>
/// <param name="Tunnel">Mode <c>dsr</c>: targets answer clients themselves, from the VIP; null for mode
/// <c>nat</c>.</param>
/// <param name="ProxyProtocol">TCP in mode <c>nat</c>: a connection begins with a proxy protocol header, version 2,
/// that names the client.</param>
public sealed record TargetGroupModel(
    uint Id, ImmutableArray<TargetModel> Targets, TargetSelection Selection = TargetSelection.FiveTuple,
    TunnelModel? Tunnel = null, bool ProxyProtocol = false);
