namespace Hyperplane.Bench;

/// <summary>One measured figure.</summary>
/// <param name="Name">snake_case.</param>
/// <param name="Value">What was seen.</param>
/// <param name="Unit">ms, ns, packets/s, …</param>
/// <param name="Aim">What it should be; null when there is no aim.</param>
/// <param name="AtMost">True when less is better.</param>
/// <param name="Baseline">The same thing done another way in the same run; null when it is itself one.</param>
/// <param name="BaselineName">That other way.</param>
public sealed record Figure(
    string Name, double Value, string Unit, double? Aim, bool AtMost, double? Baseline, string BaselineName)
{
    /// <summary>Whether the aim was met; true without one.</summary>
    public bool Met => Aim is not { } aim || (AtMost ? Value <= aim : Value >= aim);
}
