namespace Hyperplane.Dataplane.Directory;

/// <summary>The order of all decisions about a forward key: the upper 24 bits tell when its flow was made, in seconds
/// since 1970, the lower ones count the owners of the flow.</summary>
/// <remarks>So a later flow of a key stands against whatever a node says that did not hear of the end of the one
/// before, whether the arbiter remembers that or not, and against its claims. Where the arbiter does remember, the next
/// flow is the later one whatever clocks say (a logical clock that does not fall behind the wall clock: Kulkarni et
/// al., Logical Physical Clocks, 2014).
/// Two nodes that do not see each other may both answer a client's SYN, the second one its repetition: then the flow
/// stands that the client went on with. So one that it went on with ranks as if made <see cref="HandshakeSeconds"/>
/// later.
/// Epochs wrap after 194 days; those of one key that are known at a time are less than half of that apart.</remarks>
public static class FlowEpoch
{
    /// <summary>Three repetitions of a SYN (RFC 6298: after 1, 3 and 7 s).</summary>
    public const uint HandshakeSeconds = 8;

    private const int OwnerBits = 8;

    /// <summary>Of a flow that is made now; 0 never.</summary>
    public static uint At(uint unixSeconds) => Math.Max(unixSeconds << OwnerBits, 1u << OwnerBits);

    /// <summary>Of the next flow of a key where the one before is known: it outranks that in any state.</summary>
    public static uint OfNextFlow(uint epoch) => ((epoch >> OwnerBits) + HandshakeSeconds + 1) << OwnerBits;

    /// <summary>Of the next owner of a flow.</summary>
    public static uint OfNextOwner(uint epoch) => epoch + 1;

    /// <summary>What the flows of a key are compared by.</summary>
    public static uint Rank(uint epoch, FlowRecordState state) =>
        state > FlowRecordState.Opening ? epoch + (HandshakeSeconds << OwnerBits) : epoch;

    /// <summary>The later of two decisions.</summary>
    public static uint Later(uint epoch, uint other) => IsOlder(epoch, other) ? other : epoch;

    /// <summary>Whether one decision, or rank, is older than another one.</summary>
    public static bool IsOlder(uint epoch, uint other) => (int)(epoch - other) < 0;
}
