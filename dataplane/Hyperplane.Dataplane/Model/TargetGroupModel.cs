using System.Collections.Immutable;

namespace Hyperplane.Dataplane.Model;

/// <summary>Targets that share the flows of a listener.</summary>
/// <remarks>When no target is <see cref="TargetModel.Usable"/> the dataplane fails open over all that are not
/// draining.</remarks>
public sealed record TargetGroupModel(uint Id, ImmutableArray<TargetModel> Targets);
