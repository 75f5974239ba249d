namespace Hyperplane.Controller.Contracts.Snapshots;

/// <summary>The kinds of things that a snapshot is made of.</summary>
public enum SnapshotPart
{
    /// <summary>A node of the cell.</summary>
    Node,

    /// <summary>Prefixes and blocks of the zone and the cell.</summary>
    Prefixes,

    /// <summary>An address of a load balancer.</summary>
    Vip,

    /// <summary>A listener at a VIP.</summary>
    Listener,

    /// <summary>A target group.</summary>
    TargetGroup,

    /// <summary>A target of a group.</summary>
    Target,
}
