namespace Hyperplane.Dataplane.FlowLogs;

/// <summary>What is special about the log of a flow.</summary>
[Flags]
public enum FlowLogMarks : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Another node had it before.</summary>
    CarriedOn = 1,

    /// <summary>There was no room to count all frames: the true numbers are higher.</summary>
    Partial = 2,

    /// <summary>The target answers the client itself: what it sends is not seen.</summary>
    Direct = 4,
}
