using Hyperplane.Linux.Polling;

namespace Hyperplane.Mesh;

/// <summary>What a <see cref="MeshHost"/> tells. Every member is called on the mesh thread, which nothing else may
/// hold up.</summary>
/// <remarks>
/// A turn is: all sockets that have something are read (<see cref="OnMessage"/>, <see cref="OnUp"/>,
/// <see cref="OnDown"/>), then <see cref="OnTurn"/>, then all that was queued is sent. An exception ends the process.
/// After <see cref="MeshHost.Goodbye"/> nothing is called.
/// </remarks>
public interface IMeshHandler
{
    /// <summary>The mesh thread runs: the first call of all.</summary>
    void OnStart()
    {
    }

    /// <summary>A connection with a node is up: both sides have proven that they know the cell's key.</summary>
    /// <param name="node">The peer.</param>
    /// <param name="start">Its incarnation.</param>
    void OnUp(ushort node, ulong start);

    /// <summary>A connection that was up has ended; all that came over it has been delivered, except after a
    /// refusal.</summary>
    void OnDown(ushort node, ulong start, MeshDownReason reason);

    /// <summary>A message, in the order it was sent.</summary>
    /// <param name="node">The sender.</param>
    /// <param name="type">The sender's word, 0..<see cref="MeshHost.MaxType"/>.</param>
    /// <param name="body">Valid during the call only.</param>
    void OnMessage(ushort node, byte type, ReadOnlySpan<byte> body);

    /// <summary>Descriptors of the handler's own that have to wake the thread, too; before each wait.</summary>
    /// <param name="set">Takes them.</param>
    void Watch(PollSet set)
    {
    }

    /// <summary>Once per turn, after all sockets were read.</summary>
    /// <param name="nowNs">Monotonic time.</param>
    /// <returns>When the next turn has to be at the latest, monotonic; <see cref="long.MaxValue"/> for no
    /// need.</returns>
    long OnTurn(long nowNs);

    /// <summary>The mesh thread did not run for longer than <see cref="MeshOptions.GapLimit"/>. Called first in the
    /// turn; all sockets are read to their end before <see cref="OnTurn"/>.</summary>
    /// <param name="gapNs">How long.</param>
    void OnGap(long gapNs)
    {
    }
}
