using Hyperplane.Lbctl.Applying.Reading;

namespace Hyperplane.Lbctl.Applying.Wanted;

/// <summary>A target group that a listener of a file forwards to.</summary>
internal sealed record WantedShare(Place At, string Name, int Weight);
