namespace Hyperplane.Flows.Remote;

/// <summary>What became of a batch for a replica; the numbers are the wire's.</summary>
public enum BatchVerdict : byte
{
    /// <summary>It was done whole.</summary>
    Done = 0,

    /// <summary>It was meant for an earlier incarnation: nothing was done.</summary>
    OtherStart = 1,

    /// <summary>A later one of the same node came before it: nothing was done.</summary>
    TooLate = 2,

    /// <summary>It contradicts itself: what came before the defect was done.</summary>
    Bad = 3,
}
