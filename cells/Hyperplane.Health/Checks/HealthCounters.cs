namespace Hyperplane.Health;

/// <summary>What a checker did since its start.</summary>
/// <param name="Successes">Probes that found the target well.</param>
/// <param name="Timeouts">Probes without an answer in time.</param>
/// <param name="CodeMismatches">Probes with an HTTP status code outside the range.</param>
/// <param name="Failures">Probes that were refused, reset or answered with garbage.</param>
/// <param name="NotSent">Probes that this node could not send.</param>
/// <param name="SlotsLeftOut">Probes that overload or a slow target left out.</param>
/// <param name="Late">Probes that began more than a tenth of their interval after their time.</param>
/// <param name="Running">Probes under way now.</param>
/// <param name="Places">Probes that may be under way at a time.</param>
public sealed record HealthCounters(
    long Successes, long Timeouts, long CodeMismatches, long Failures, long NotSent, long SlotsLeftOut, long Late,
    int Running, int Places);
