namespace Hyperplane.Health;

/// <summary>What a node says of a target to the other nodes of its cell; the numbers are those on the wire.</summary>
public enum Vote : byte
{
    /// <summary>It does not know yet.</summary>
    None = 0,

    /// <summary>Its checks succeed.</summary>
    Healthy = 1,

    /// <summary>Its checks fail.</summary>
    Unhealthy = 2,
}
