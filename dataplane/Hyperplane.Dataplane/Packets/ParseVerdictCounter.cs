using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Names the counter of a frame whose headers could not be read.</summary>
public static class ParseVerdictCounter
{
    /// <summary>The drop reason of a verdict other than <see cref="ParseVerdict.Ok"/>.</summary>
    public static PacketCounter ToDrop(this ParseVerdict verdict) => verdict switch
    {
        ParseVerdict.Truncated => PacketCounter.DropTruncated,
        ParseVerdict.OtherProtocol => PacketCounter.DropNotIp,
        ParseVerdict.BadChecksum => PacketCounter.DropIpChecksum,
        _ => PacketCounter.DropMalformed,
    };
}
