namespace Hyperplane.Decap.Checks;

/// <summary>One thing a target needs.</summary>
/// <param name="Holds">Whether it is so.</param>
/// <param name="What">What is, or is not, so.</param>
/// <param name="Remedy">What to do when it does not hold.</param>
internal sealed record Check(bool Holds, string What, string Remedy);
