using System.Collections.Immutable;

namespace Hyperplane.Dataplane.Counters;

/// <summary>The reasons of drops that are counted by listener, too: those that the pipeline alone finds.</summary>
/// <remarks>What the XDP program drops as well, or a node for want of room to send, is the node's alone.</remarks>
public static class ListenerDrops
{
    /// <summary>In the order of their columns.</summary>
    public static ImmutableArray<PacketCounter> Reasons { get; } =
    [
        PacketCounter.DropNoTarget, PacketCounter.DropNoPort, PacketCounter.DropNotAllowed,
        PacketCounter.DropFlowTableFull, PacketCounter.DropHalfOpenFull, PacketCounter.DropNoFlow,
        PacketCounter.DropTcpFlags, PacketCounter.DropHairpin, PacketCounter.DropDirectoryUnavailable,
        PacketCounter.DropDirectoryTimeout, PacketCounter.DropParkFull, PacketCounter.DropNotMine,
        PacketCounter.DropLost,
    ];

    private static readonly sbyte[] Columns =
        [.. Enum.GetValues<PacketCounter>().Order().Select(one => (sbyte)Reasons.IndexOf(one))];

    /// <summary>The column of a verdict; -1 when it is none of the reasons.</summary>
    internal static int Column(PacketCounter verdict) => Columns[(int)verdict];
}
