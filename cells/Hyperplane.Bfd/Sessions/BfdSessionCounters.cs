namespace Hyperplane.Bfd;

/// <summary>What a session has seen since it was made; written by its driver's thread alone, each number readable from
/// any.</summary>
public sealed class BfdSessionCounters
{
    /// <summary>Packets given to the session.</summary>
    public long Received { get; internal set; }

    /// <summary>Packets written.</summary>
    public long Sent { get; internal set; }

    /// <summary>Times a packet was due and held back, because this node did not forward.</summary>
    public long Suppressed { get; internal set; }

    /// <summary>Times the session left Up, for whatever reason.</summary>
    public long Flaps { get; internal set; }

    /// <summary>Why the session last went down; none if it never did.</summary>
    public BfdDiagnostic LastDiagnostic { get; internal set; }

    /// <summary>When the state last changed, by the driver's clock.</summary>
    public long ChangedAtNs { get; internal set; }
}
