namespace Hyperplane.Agent.Drain;

/// <summary>How far a node is on its way out.</summary>
public enum DrainPhase
{
    /// <summary>Not leaving: everything is announced.</summary>
    Serving,

    /// <summary>VIP prefixes carry GSHUT: routers move to other nodes while this one still forwards.</summary>
    Shutting,

    /// <summary>VIPs and the covering SNAT prefix are withdrawn; the node's own SNAT addresses still lead
    /// here.</summary>
    VipsWithdrawn,

    /// <summary>SNAT addresses are withdrawn too.</summary>
    SnatWithdrawn,

    /// <summary>Routers have had the time to hear it; only the probe address is left.</summary>
    Drained,
}
