using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Flows.Tests.Contract;

/// <summary>A cell whose nodes 1, 2 and 3 keep flow state by some engine.</summary>
internal interface ICellUnderTest : IDisposable
{
    /// <summary>The incarnation of a node.</summary>
    ulong StartOf(ushort node);

    /// <summary>Asks a node's directory as its pipeline would.</summary>
    void Ask(ushort node, in FlowRequest request);

    /// <summary>The next answer to a node's pipeline; fails the test when none comes.</summary>
    FlowAnswer Answer(ushort node);

    /// <summary>Waits until what is under way has arrived, every node is complete, and its "no" counts.</summary>
    void Settle();

    /// <summary>A node dies.</summary>
    void KillNode(ushort node);

    /// <summary>A place where replicas live dies with all of them; those of nodes 1 to 3 that own flows do not. Returns
    /// once there are two of each again.</summary>
    /// <param name="place">0 or 1.</param>
    void LosePlace(int place);

    /// <summary>Bytes that are no batch reach a replica; returns whether it refused them.</summary>
    bool RefusesBytes(byte[] bytes);
}
