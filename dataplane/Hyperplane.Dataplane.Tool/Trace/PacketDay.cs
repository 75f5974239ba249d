using System.Collections.Immutable;
using System.Globalization;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Dataplane.Maglev;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tool.Configuration;
using Hyperplane.Dataplane.Tool.Replay;

namespace Hyperplane.Dataplane.Tool.Trace;

/// <summary>Tells what a node that knows no flow yet does with one frame, step by step.</summary>
/// <remarks>The verdict is the pipeline's own; the steps are looked up in the tables it used, up to the step at which
/// that verdict falls.</remarks>
internal sealed class PacketDay(HpdpConfig config) : IDisposable
{
    private readonly PipelineEngine _engine = new(config);
    private readonly List<(string Step, string Text)> _steps = [];

    private ReplayNode Node => _engine.Node;

    /// <summary>The steps, the last of them the verdict.</summary>
    public IReadOnlyList<(string Step, string Text)> Tell(ReadOnlySpan<byte> frame)
    {
        byte[]? sent = null;
        PacketCounter verdict = _engine.Judge(frame, (bytes, _) => sent = bytes.ToArray());
        TellFrame(frame);
        if (TellOurs(frame, verdict) && TellHeaders(frame) && FrameKey.TryRead(frame, out FlowKey key))
            TellFlow(key, verdict);
        if (sent is not null)
            TellRewrite(frame, sent, verdict);
        TellVerdict(frame, verdict, sent);
        return _steps;
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private void TellFrame(ReadOnlySpan<byte> frame)
    {
        string bytes = string.Create(CultureInfo.InvariantCulture, $"{frame.Length} bytes");
        Add("frame", EthernetView.TryRead(frame, out EthernetView ethernet) == ParseVerdict.Ok
            ? $"{bytes}, from {MacText.Of(ethernet.SourceMac)} to {MacText.Of(ethernet.DestinationMac)}, EtherType "
                + $"0x{ethernet.EtherType:x4}"
            : $"{bytes}, less than an Ethernet header");
    }

    private bool TellOurs(ReadOnlySpan<byte> frame, PacketCounter verdict)
    {
        string mac = MacText.Of(config.Mac.AsSpan());
        PacketAddress destination = default;
        if (EthernetView.TryRead(frame, out EthernetView ethernet) == ParseVerdict.Ok)
            IpView.TryReadDestination(ethernet, out destination);
        Add("ours?", new OwnFrames(config).WhyPassed(frame) switch
        {
            "not_ip" => "no: it is neither IPv4 nor IPv6 with a whole header",
            "not_our_mac" => $"no: our MAC address is {mac} (anyMac in the configuration takes all)",
            "not_our_address" => $"no: {destination} lies in none of the own prefixes "
                + string.Join(", ", config.OwnPrefixes),
            _ => $"yes: {destination} lies in {config.OwnPrefixes.First(p => p.Contains(destination.ToIPAddress()))}"
                + (config.AnyMac ? ", any MAC address is taken" : ", and the MAC address is ours"),
        });
        return verdict != PacketCounter.Passed;
    }

    /// <summary>False when the headers say no more.</summary>
    private bool TellHeaders(ReadOnlySpan<byte> frame)
    {
        EthernetView.TryRead(frame, out EthernetView ethernet);
        ParseVerdict verdict = IpView.TryRead(ethernet, out IpView ip);
        if (verdict != ParseVerdict.Ok)
        {
            Add(
                ethernet.EtherType == EthernetView.Ipv4 ? "IPv4" : "IPv6",
                $"cannot be read: {DropText.Of(verdict.ToDrop())}");
            return false;
        }
        Add(ip.IsIpv4 ? "IPv4" : "IPv6", string.Create(
            CultureInfo.InvariantCulture, $"{ip.Source} > {ip.Destination}, protocol {ip.Protocol}, ")
            + string.Create(CultureInfo.InvariantCulture, $"TTL {ip.TimeToLive}, {ip.TotalBytes} bytes")
            + $"{(ip.IsIpv4 ? ", checksum right" : "")}{(ip.IsFragment ? ", a fragment" : "")}");
        if (ip.IsFragment)
            return false;
        switch (ip.Protocol)
        {
            case (byte)IpProtocol.Tcp when TcpView.TryRead(ip.Payload, out TcpView tcp) == ParseVerdict.Ok:
                Add("TCP", string.Create(
                    CultureInfo.InvariantCulture,
                    $"port {FrameText.Port(tcp.SourcePortBe)} > {FrameText.Port(tcp.DestinationPortBe)}, ")
                    + string.Create(CultureInfo.InvariantCulture, $"{FrameText.Flags(tcp.Flags)}, seq {tcp.Sequence}"));
                return true;
            case (byte)IpProtocol.Udp when UdpView.TryRead(ip.Payload, out UdpView udp) == ParseVerdict.Ok:
                Add("UDP", $"port {FrameText.Port(udp.SourcePortBe)} > {FrameText.Port(udp.DestinationPortBe)}");
                return true;
            case IcmpView.Protocol or IcmpView.ProtocolV6
                when IcmpView.TryRead(ip, out IcmpView icmp) == ParseVerdict.Ok:
                Add("ICMP", string.Create(CultureInfo.InvariantCulture, $"type {icmp.Type}, code {icmp.Code}"));
                return true;
            default:
                Add("transport", "cannot be read");
                return false;
        }
    }

    private void TellFlow(in FlowKey key, PacketCounter verdict)
    {
        if (verdict is PacketCounter.DropTtl or PacketCounter.DropTcpFlags or PacketCounter.DropIcmp)
            return;
        if (!Node.Tables.TryFindListener(key, out ListenerEntry listener))
        {
            Add("flow", $"none has the key {FrameText.Tuple(key)}; this node begins without flows");
            PacketAddress address = key.Destination;
            Add("listener", Node.Tables.IsVip(address)
                ? $"none: {address} is a VIP, but nothing listens on this protocol and port"
                : Node.Tables.IsOwnSnat(address)
                    ? $"none: {address} is a SNAT address, which only answers come to"
                    : $"none: {address} is no VIP");
            return;
        }
        int slot = Node.Pipeline.Flows.Find(key, out _);
        Add("flow", slot == FlowTable.None
            ? $"none has the key {FrameText.Tuple(key)}, and none is begun"
            : $"new: {FrameText.Tuple(key)}");
        Add("listener", string.Create(
            CultureInfo.InvariantCulture,
            $"{listener.Id}, idle timeout {listener.IdleTimeoutMs / 1_000} s, ")
            + GroupText(key, listener));
        TellLimits(key.Destination);
        if (verdict is not (PacketCounter.DropNoFlow or PacketCounter.DropMalformed))
            TellSources(key.Source, listener);
        if (slot == FlowTable.None && verdict != PacketCounter.DropNoTarget && verdict != PacketCounter.DropNoPort)
            return;
        TellTarget(key, listener);
        if (slot != FlowTable.None)
            TellTranslation(slot);
    }

    private void TellTarget(in FlowKey key, in ListenerEntry listener)
    {
        TargetGroupConfig group = GroupOf(key, listener);
        if (listener.Groups.Of(key) is not { Maglev: { } maglev } table
            || !table.TrySelect(key, Node.Pipeline.Counters.Targets, out TargetChoice target))
        {
            Add("target", $"none: all {group.Targets.Length} of the group are draining or have weight 0");
            return;
        }
        TargetConfig chosen = group.Targets.First(one => one.Id == target.Id);
        Add("maglev", SelectionText.Of(group.Selection, table, maglev, key)
            + string.Create(CultureInfo.InvariantCulture, $"; {table.Ids.Length} of the group's ")
            + $"{group.Targets.Length} targets are in the table"
            + (table.IsNearAlone ? ": near ones alone" : "")
            + SelectionText.OfHealth(group, table));
        Add("target", string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Id} at {chosen.Address}:{chosen.Port}, which has {Slots(maglev, table, target.Id)} slots"));
    }

    private void TellTranslation(int slot)
    {
        FlowColumns columns = Node.Pipeline.Flows.Columns;
        FlowKey reverse = columns.Reverse[slot];
        if (columns.IsDirect(slot))
            TellTunnel(
                new FlowEntries(columns, home: 0) { TunnelSources = Node.Tables.TunnelSources }
                    .Of(slot, FlowSide.Client));
        else
            Add("SNAT", $"{FrameText.End(reverse.Destination, reverse.DestinationPortBe)}, the first free one of ports "
            + $"{config.SnatPorts.First} to {config.SnatPorts.Last} towards this target; answers have the key "
            + FrameText.Tuple(reverse));
        NextHopTable hops = Node.NextHops;
        uint index = columns.NextHopToTarget[slot];
        PacketAddress address = hops.Address(index);
        string what = address == reverse.Source ? "the target itself, on our subnet" : "a gateway";
        Add("next hop", $"{address}, {what}: " + (hops.TryGet(index, out Io.NextHop hop)
            ? MacText.Of(hop.DestinationMac)
            : "its MAC address stands in no neighbours of the configuration"));
    }

    private void TellTunnel(in FlowEntry entry)
    {
        TunnelPath path = entry.Tunnel;
        ushort flow = FrameText.Port(entry.DestinationPortBe);
        System.Net.IPAddress source = entry.Source.ToIPAddress();
        Add("tunnel", $"{path.Kind.ToString().ToUpperInvariant()} from {entry.Source} to {entry.Destination}"
            + path.Kind switch
            {
                TunnelKind.Gue or TunnelKind.Vxlan => string.Create(
                    CultureInfo.InvariantCulture, $", UDP port {flow} (varies with the flow) > {path.Port}"),
                _ => config.TunnelSourcePrefixes.Any(prefix => prefix.Contains(source))
                    ? "; the source varies with the flow"
                    : "; the source is the same for all flows, routers spread none",
            }
            + (path.NetworkId == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", network {path.NetworkId}"))
            + "; the target answers the client itself");
    }

    private void TellLimits(in PacketAddress address)
    {
        System.Net.IPAddress vip = address.ToIPAddress();
        if (config.Vips.First(one => one.Address.Equals(vip)).NewFlows is not { } limits)
            return;
        static string Of(uint perSecond) =>
            perSecond == 0 ? "any number" : perSecond.ToString("N0", CultureInfo.InvariantCulture);
        Add("limits", $"in a second {Of(limits.PerSource)} new flows of a source, {Of(limits.PerVip)} at the VIP, "
            + $"{Of(limits.PerTenant)} at the VIPs of tenant {limits.Tenant}; "
            + string.Create(
                CultureInfo.InvariantCulture, $"this node has 1/{limits.Nodes} of that, a tenth of it at once")
            + (config.Challenges.PerSecond > 0 ? "; beyond it a SYN's source is asked whether it is there" : ""));
    }

    private void TellSources(in PacketAddress source, in ListenerEntry listener)
    {
        if (listener.Sources is not { } lists)
            return;
        System.Net.IPAddress client = source.ToIPAddress();
        string? Of(ImmutableArray<System.Net.IPNetwork> list) => list
            .Where(prefix => prefix.Contains(client)).Select(prefix => prefix.ToString()).FirstOrDefault();
        Add("sources", Of(lists.Denied) is { } denied
            ? $"refused: {client} lies in {denied}, which is denied"
            : lists.Allowed.IsEmpty
                ? $"let in: {client} lies in none of the {lists.Denied.Length} denied prefixes"
                : Of(lists.Allowed) is { } allowed
                    ? $"let in: {client} lies in {allowed}, which is allowed"
                    : $"refused: {client} lies in none of the {lists.Allowed.Length} allowed prefixes");
    }

    private void TellRewrite(ReadOnlySpan<byte> frame, byte[] sent, PacketCounter verdict)
    {
        if (verdict == PacketCounter.Encapsulated)
        {
            Add("wrap", string.Create(
                CultureInfo.InvariantCulture,
                $"{sent.Length - frame.Length} bytes of outer header before the packet, whose TTL {HopsOf(frame)} ")
                + string.Create(CultureInfo.InvariantCulture, $"becomes {HopsOf(frame) - 1}; from ")
                + $"{MacText.Of(sent.AsSpan(6, 6))} to {MacText.Of(sent.AsSpan(0, 6))}");
            return;
        }
        if (!FrameKey.TryRead(frame, out FlowKey from) || !FrameKey.TryRead(sent, out FlowKey to))
            return;
        Add("rewrite", $"{FrameText.Tuple(from)} becomes {FrameText.Tuple(to)}; TTL "
            + string.Create(
                CultureInfo.InvariantCulture, $"{HopsOf(frame)} becomes {HopsOf(sent)}; checksums follow; from ")
            + $"{MacText.Of(sent.AsSpan(6, 6))} to {MacText.Of(sent.AsSpan(0, 6))}");
    }

    private void TellVerdict(ReadOnlySpan<byte> frame, PacketCounter verdict, byte[]? sent)
    {
        string counter = CounterNames.Of(verdict);
        Add("verdict", verdict switch
        {
            PacketCounter.Passed => $"passed to the kernel untouched (counter {counter})",
            _ when CounterNames.IsWay(verdict) => "forwarded" + verdict switch
            {
                PacketCounter.Translated => " in the other address family",
                PacketCounter.Encapsulated => " inside a tunnel",
                _ => "",
            }
            + $" (counter {counter}). " + (IsTcp(frame)
                ? "Once the client's ACK ends the handshake, the XDP program forwards the flow without asking"
                : "With the second datagram the XDP program forwards the flow without asking"),
            _ => $"dropped (counter {counter}): {DropText.Of(verdict)}",
        });
        if (sent is not null)
            Add("sent", Convert.ToHexStringLower(sent));
    }

    private TargetGroupConfig GroupOf(in FlowKey key, ListenerEntry listener)
    {
        uint id = listener.Groups.Of(key)?.Id ?? SharesOf(listener)[0].GroupId;
        return config.TargetGroups.First(group => group.Id == id);
    }

    private string GroupText(in FlowKey key, in ListenerEntry listener)
    {
        ImmutableArray<TargetGroupShare> shares = SharesOf(listener);
        string chosen = string.Create(CultureInfo.InvariantCulture, $"target group {GroupOf(key, listener).Id}");
        return shares.Length == 1
            ? chosen
            : $"{chosen} of {string.Join(", ", shares.Select(share => share.GroupId))} by weight "
                + string.Join(":", shares.Select(share => share.Weight));
    }

    private ImmutableArray<TargetGroupShare> SharesOf(ListenerEntry listener) => ConfigModel.Shares(
        config.Vips.SelectMany(vip => vip.Listeners).First(one => one.Id == listener.Id));

    private static byte HopsOf(ReadOnlySpan<byte> frame) => Read(frame).TimeToLive;

    private static bool IsTcp(ReadOnlySpan<byte> frame) => Read(frame).Protocol == (byte)IpProtocol.Tcp;

    /// <summary>The header of a frame whose flow was found.</summary>
    private static IpView Read(ReadOnlySpan<byte> frame)
    {
        EthernetView.TryRead(frame, out EthernetView ethernet);
        IpView.TryRead(ethernet, out IpView ip);
        return ip;
    }

    private static int Slots(MaglevTable maglev, GroupTable table, uint target) =>
        maglev.Slots.Count((ushort)table.Ids.IndexOf(target));

    private void Add(string step, string text) => _steps.Add((step, text));
}
