namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>The source ports that new flows get towards targets.</summary>
internal sealed record SnatPortsConfig
{
    /// <summary>1 to 65535.</summary>
    public ushort First { get; init; } = 1_024;

    /// <summary><see cref="First"/> to 65535.</summary>
    public ushort Last { get; init; } = ushort.MaxValue;

    /// <summary>The port that the first new flow gets; the ones after it go on from there, as on a node. For a capture
    /// of a real one: the first such port in it. Null: somewhere, always the same.</summary>
    public ushort? Begin { get; init; }
}
