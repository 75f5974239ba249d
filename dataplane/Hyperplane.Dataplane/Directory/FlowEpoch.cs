namespace Hyperplane.Dataplane.Directory;

/// <summary>The order of all decisions about a forward key: the upper 16 bits count its flows, the lower ones the
/// owners of a flow.</summary>
/// <remarks>So a new flow of a key, which only one that is over makes room for, stands against any number of claims of
/// the flow before, which a node may make that does not see the one that decided. Epochs wrap; those of one key that
/// are known at a time are less than 2^31 apart.</remarks>
public static class FlowEpoch
{
    private const int OwnerBits = 16;

    /// <summary>Of the next flow of a key; 0 stands for no flow before.</summary>
    public static uint OfNextFlow(uint epoch) => ((epoch >> OwnerBits) + 1) << OwnerBits;

    /// <summary>Of the next owner of a flow.</summary>
    public static uint OfNextOwner(uint epoch) => epoch + 1;

    /// <summary>Whether one decision is older than another one.</summary>
    public static bool IsOlder(uint epoch, uint other) => (int)(epoch - other) < 0;
}
