namespace Hyperplane.Lbctl.Waiting;

/// <summary>A resource that takes a moment to be in force.</summary>
internal interface IProvisioned
{
    /// <summary>Of its desired state.</summary>
    long Generation { get; }

    /// <summary>Where it stands.</summary>
    ResourceStatus Status { get; }

    /// <summary>The zones it is for, in order; empty when it does not say.</summary>
    IEnumerable<string> ZoneNames { get; }
}
