using System.Buffers.Binary;
using Hyperplane.Flows.Remote;

namespace Hyperplane.Flows.Calls;

/// <summary>What a node and its own flow silo say to each other over a unix stream socket.</summary>
/// <remarks>
/// A frame is a header of 8 bytes, little-endian: bytes of the body (4), the replica's address (2), the protocol's
/// version (2); then the body. First the node says hello: address 0, the cell's name in UTF-8; the silo answers with
/// an empty hello, or closes when it is another cell's. Then each frame of the node is a call: a request for a replica
/// (<see cref="RemoteReplica.Handle"/>); the silo answers each with one frame of the same address, in any order: the
/// replica's answer, or nothing when the call failed. One call to each replica is under way at most. Whatever
/// breaks these rules ends the connection. The socket belongs to one user and has mode 0600: who may open it
/// is believed.</remarks>
public static class CallFrames
{
    /// <summary>The version that this build speaks, and no other.</summary>
    public const ushort Version = 1;

    /// <summary>Bytes of a header.</summary>
    public const int HeaderBytes = 8;

    /// <summary>The address of a hello.</summary>
    public const ushort Hello = 0;

    /// <summary>The longest body that a node sends.</summary>
    public const int LongestCallBytes = RemoteReplica.LongestRequestBytes;

    /// <summary>The longest body that a silo sends.</summary>
    public const int LongestAnswerBytes = RemoteReplica.LongestAnswerBytes;

    /// <summary>Where the silo listens when nothing else is configured.</summary>
    public const string DefaultSocket = "/run/hyperplane/flow-silo.sock";

    /// <summary>The longest path of a socket: sun_path without its end (unix(7)).</summary>
    public const int LongestSocketPath = 107;

    /// <summary>Writes a header.</summary>
    internal static void WriteHeader(Span<byte> to, int bodyBytes, ushort address)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, bodyBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], address);
        BinaryPrimitives.WriteUInt16LittleEndian(to[6..], Version);
    }
}
