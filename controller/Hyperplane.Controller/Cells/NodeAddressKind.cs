namespace Hyperplane.Controller.Cells;

/// <summary>What a node uses an address for.</summary>
internal enum NodeAddressKind : short
{
    /// <summary>Source of flows to targets.</summary>
    Snat = 0,

    /// <summary>Source of health checks.</summary>
    Probe = 1,
}
