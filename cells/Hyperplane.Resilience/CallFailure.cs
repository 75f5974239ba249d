using Polly;

namespace Hyperplane.Resilience;

/// <summary>An attempt that another one follows.</summary>
/// <param name="Before">How many failed before it since the last success.</param>
/// <param name="Pause">The time until the next.</param>
/// <param name="Outcome">What became of it.</param>
public readonly record struct CallFailure<T>(int Before, TimeSpan Pause, Outcome<T> Outcome);
