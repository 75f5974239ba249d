using Hyperplane.Lbctl.Api;

namespace Hyperplane.Lbctl.Waiting;

/// <summary>How waiting ended.</summary>
/// <param name="Last">What was seen last; to be printed in any case, for it exists.</param>
/// <param name="Failure">Why it is not what was waited for; null when it is.</param>
internal sealed record Waited<T>(T Last, CommandFailure? Failure);
