using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.Applying.Requests;
using Hyperplane.Lbctl.Targets;

namespace Hyperplane.Lbctl.Applying.Wanted;

/// <summary>A target group of a file.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Body">All but its targets.</param>
/// <param name="Targets">All of them; null when the file does not say.</param>
internal sealed record WantedTargetGroup(Place At, NewTargetGroup Body, IReadOnlyList<TargetRequested>? Targets);
