namespace Hyperplane.Dataplane.Flows;

/// <summary>What was seen of a flow, and where it is known.</summary>
[Flags]
public enum FlowFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The client sent a FIN.</summary>
    ClientFin = 1,

    /// <summary>The target sent a FIN.</summary>
    TargetFin = 2,

    /// <summary>The target acknowledged the client's FIN.</summary>
    ClientFinAcked = 4,

    /// <summary>The client acknowledged the target's FIN.</summary>
    TargetFinAcked = 8,

    /// <summary>The target sent its FIN before it knew of the client's: it will be in TIME-WAIT.</summary>
    TargetWaits = 16,

    /// <summary>Both directions are in the flow cache.</summary>
    Cached = 32,

    /// <summary>Waits to be put into the flow cache after this batch.</summary>
    InstallPending = 64,

    /// <summary>The forward key belongs to a newer flow or to none.</summary>
    Detached = 128,

    /// <summary>The flow directory was told of it.</summary>
    Inserted = 0x100,

    /// <summary>The flow directory has not said yet whether this is the flow of its key.</summary>
    Undecided = 0x200,

    /// <summary>The insert could not be written yet.</summary>
    InsertDue = 0x400,

    /// <summary>A change could not be written yet, or the flow is undecided.</summary>
    UpdateDue = 0x800,

    /// <summary>The end could not be written yet.</summary>
    CloseDue = 0x1000,

    /// <summary>Its SYN-ACK no longer waits for the flow directory.</summary>
    Unreplicated = 0x2000,

    /// <summary>The target answered the SYN.</summary>
    TargetAnswered = 0x4000,

    /// <summary>An RST passed that an end may have taken: its answer decides.</summary>
    ResetSeen = 0x8000,

    /// <summary>Its end is written down.</summary>
    Logged = 0x10000,
}
