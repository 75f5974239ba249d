namespace Hyperplane.Bench.Health;

/// <summary>What becomes of a probe.</summary>
internal enum TargetFate
{
    /// <summary>It is answered.</summary>
    IsWell,

    /// <summary>Its SYN is answered by a reset.</summary>
    Refuses,

    /// <summary>Nothing comes back.</summary>
    IsSilent,
}
