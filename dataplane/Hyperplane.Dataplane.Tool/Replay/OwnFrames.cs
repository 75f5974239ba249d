using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>Tells the frames that are the node's from those that its kernel gets, as the XDP program does.</summary>
internal sealed class OwnFrames(HpdpConfig config)
{
    private readonly ulong _mac = config.AnyMac ? 0 : MacAddress.Read(config.Mac.AsSpan());
    private readonly PrefixSet _prefixes = new(config.OwnPrefixes);

    /// <summary>Null when a frame is ours; otherwise why not: <c>not_ip</c> (too short for it, too),
    /// <c>not_our_mac</c>, <c>not_our_address</c>.</summary>
    public string? WhyPassed(ReadOnlySpan<byte> frame)
    {
        if (EthernetView.TryRead(frame, out EthernetView ethernet) != ParseVerdict.Ok
            || !IpView.TryReadDestination(ethernet, out PacketAddress destination))
            return "not_ip";
        if (_mac != 0 && ethernet.DestinationMac != _mac)
            return "not_our_mac";
        return _prefixes.Contains(destination) ? null : "not_our_address";
    }
}
