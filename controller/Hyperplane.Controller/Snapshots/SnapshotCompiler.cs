using System.Buffers.Binary;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.TargetGroups;
using Listener = Hyperplane.Cells.Contracts.Listener;
using TargetGroup = Hyperplane.Cells.Contracts.TargetGroup;

namespace Hyperplane.Controller.Snapshots;

/// <summary>Turns what is wanted of a cell into the message that its nodes run.</summary>
/// <remarks>
/// A pure function: every list is sorted by id, so equal wishes give equal bytes. The result carries no version yet,
/// neither its own nor those of its tombstones; <see cref="Stamp"/> adds them once it is known whether the content is
/// new.
/// </remarks>
internal static class SnapshotCompiler
{
    private const uint MsPerSecond = 1_000;
    private const int UdpIdleSeconds = 120;

    /// <summary>Of the four numbers of a listener the last two are of IPv6.</summary>
    private const uint Ipv6Numbers = 2;

    /// <summary>The snapshot without versions.</summary>
    public static CompiledCell Compile(CellDesired desired)
    {
        var snapshot = new Snapshot
        {
            Zone = desired.Zone,
            Cell = desired.Cell,
            SnatPrefix = ToPrefix(desired.Pools.Snat),
        };
        snapshot.OwnPrefixes.Add(ToPrefix(desired.Pools.VipPool));
        snapshot.OwnPrefixes.Add(ToPrefix(desired.Pools.Snat));
        if (desired.Pools is { Ipv6: { } ipv6, Ipv6Snat: { } ipv6Snat })
        {
            snapshot.Ipv6SnatPrefix = ToPrefix(ipv6Snat);
            snapshot.OwnPrefixes.Add(ToPrefix(ipv6.Vip));
            snapshot.OwnPrefixes.Add(ToPrefix(ipv6Snat));
        }

        snapshot.TunnelSourcePrefixes.AddRange(desired.TunnelSources.Select(ToPrefix));
        snapshot.OwnPrefixes.AddRange(desired.TunnelSources.Select(ToPrefix));
        snapshot.OwnPrefixes.AddRange(desired.AddressPools.OrderBy(pool => pool.First.Value).Select(ToPrefix));
        snapshot.Nodes.AddRange(desired.Nodes.OrderBy(node => node.Id).Select(ToNode));
        snapshot.Shards.AddRange(Shards(desired));
        ILookup<string, DesiredListener> listeners = desired.Listeners.OrderBy(listener => listener.Number)
            .ToLookup(listener => listener.LoadBalancer);
        var near = new NearFirst(desired);
        snapshot.Tombstones.AddRange(desired.Tombstones.OrderBy(tombstone => tombstone.Address.Value)
            .Select(tombstone => new Tombstone { Address = ToBytes(tombstone.Address) }));
        var encoder = new GroupEncoder(desired.Zone);
        return new CompiledCell(
            snapshot,
            [
                .. desired.Vips.OrderBy(vip => vip.Id).Select(
                    vip => CompiledCell.Piece(ToVip(vip, listeners[vip.LoadBalancer], near))),
            ],
            [
                .. desired.Groups.OrderBy(group => group.Number).Select(
                    group => new GroupPiece(group.Number, group.Id, encoder.Encode(group))),
            ]);
    }

    /// <summary>The same with what another snapshot has of tenants: VIPs and target groups. Who is in the cell, and
    /// what is gone for good, stays as it is; so does whose an address is: a VIP that came to somebody else since, or
    /// whose quarantine is over, is left out.</summary>
    public static void Repeat(Snapshot snapshot, Snapshot pinned)
    {
        Dictionary<ByteString, string> owners = snapshot.Vips.ToDictionary(vip => vip.Address, vip => vip.LoadBalancer);
        HashSet<ByteString> resting = [.. snapshot.Tombstones.Select(tombstone => tombstone.Address)];
        Vip[] kept =
        [
            .. pinned.Vips.Where(vip => resting.Contains(vip.Address)
                || owners.GetValueOrDefault(vip.Address) == vip.LoadBalancer),
        ];
        snapshot.Vips.Clear();
        snapshot.Vips.AddRange(kept);
        snapshot.TargetGroups.Clear();
        snapshot.TargetGroups.AddRange(pinned.TargetGroups);
        HashSet<ByteString> alive = [.. kept.Select(vip => vip.Address)];
        List<Tombstone> buried = [.. snapshot.Tombstones.Where(tombstone => !alive.Contains(tombstone.Address))];
        snapshot.Tombstones.Clear();
        snapshot.Tombstones.AddRange(buried);
    }

    /// <summary>Writes the version and the marks into a compiled snapshot, and into each tombstone its own version or
    /// this one.</summary>
    public static void Stamp(Snapshot snapshot, CellDesired desired, CellMarks marks, ulong version)
    {
        snapshot.Version = version;
        snapshot.RemovalsVersion = marks.RemovalsVersion;
        snapshot.KeepVips = marks.RestoredAt is not null;
        Dictionary<ByteString, ulong?> gone = desired.Tombstones.ToDictionary(
            tombstone => ToBytes(tombstone.Address), tombstone => tombstone.GoneInVersion);
        foreach (Tombstone tombstone in snapshot.Tombstones)
            tombstone.Version = gone.GetValueOrDefault(tombstone.Address) ?? version;
    }

    /// <summary>What is said of a group's health checks and flows: its message without number, name and
    /// targets.</summary>
    public static TargetGroup ToSettings(DesiredGroup group)
    {
        var message = new TargetGroup { HealthCheck = ToHealthCheck(group.HealthCheck) };
        AddSettings(message, group.Settings);
        return message;
    }

    private static IEnumerable<Shard> Shards(CellDesired desired)
    {
        int[] nodes = [.. desired.Nodes.Select(node => node.Id)];
        HashSet<int> draining = [.. desired.Nodes.Where(node => node.Draining).Select(node => node.Id)];
        for (int index = 0; index < desired.Pools.ShardCount; index++)
        {
            var shard = new Shard { Index = (uint)index, Block = ToPrefix(desired.Pools.Block(index)) };
            if (desired.Pools.Ipv6 is not null)
                shard.Ipv6Block = ToPrefix(desired.Pools.Ipv6Block(index));
            shard.NodeIds.AddRange(
                ShardNodes.Of(desired.Cell, index, desired.ShardSize, nodes, draining).Select(id => (uint)id));
            yield return shard;
        }
    }

    private static Node ToNode(DesiredNode node)
    {
        var message = new Node
        {
            Id = (uint)node.Id,
            Name = node.Name,
            Address = ToBytes(node.Address),
            ProbeAddress = ToBytes(node.ProbeAddress),
            Draining = node.Draining,
            Ipv6Address = node.Ipv6Address is { } address ? ToBytes(address) : ByteString.Empty,
            Ipv6ProbeAddress = node.Ipv6ProbeAddress is { } probe ? ToBytes(probe) : ByteString.Empty,
        };
        message.SnatAddresses.AddRange(node.SnatAddresses.OrderBy(address => address.Value).Select(ToBytes));
        return message;
    }

    private static Vip ToVip(DesiredVip vip, IEnumerable<DesiredListener> listeners, NearFirst near)
    {
        var message = new Vip
        {
            Id = vip.Id,
            LoadBalancer = vip.LoadBalancer,
            Address = ToBytes(vip.Address),
            Shard = (uint)vip.Shard,
            AnnounceAlone = vip.AnnounceAlone,
            NewFlows = vip.Tenant == 0 ? null : ToLimits(vip.Tenant, vip.Limits),
            Withdrawn = vip.Withdrawn,
            FlowLog = vip.LoggedFor is { } tenant ? new FlowLog { Tenant = tenant } : null,
        };
        // A listener of both families is two on a node, each with a number of its own.
        uint family = vip.Address.IsIpv4 ? 0 : Ipv6Numbers;
        message.Listeners.AddRange(
            listeners.SelectMany(listener => ToListeners(listener, listener.Number + family, near)));
        return message;
    }

    private static NewFlowLimits ToLimits(uint tenant, TenantLimits limits) => new()
    {
        Tenant = tenant,
        PerTenant = (uint)limits.NewFlowsPerSecond,
        PerVip = (uint)limits.NewFlowsPerSecondPerAddress,
        PerSource = (uint)limits.NewFlowsPerSecondPerSource,
    };

    private static IEnumerable<Listener> ToListeners(DesiredListener listener, uint number, NearFirst near)
    {
        GroupShare[] shares =
        [
            .. listener.Groups.Zip(listener.Weights, (group, weight) => new GroupShare
            {
                TargetGroup = group,
                Weight = listener.Groups.Length > 1 ? (uint)weight : 1,
                NearFirst = near.IsWanted(listener, group),
            }),
        ];
        if (listener.Protocol != TransportProtocol.Udp)
            yield return ToListener(listener, number, Protocol.Tcp, listener.IdleTimeoutSeconds, shares);
        if (listener.Protocol == TransportProtocol.Udp)
            yield return ToListener(listener, number, Protocol.Udp, listener.IdleTimeoutSeconds, shares);
        if (listener.Protocol == TransportProtocol.TcpUdp)
            yield return ToListener(listener, number + 1, Protocol.Udp, UdpIdleSeconds, shares);
    }

    private static Listener ToListener(
        DesiredListener listener, uint number, Protocol protocol, int idleSeconds, GroupShare[] shares)
    {
        var message = new Listener
        {
            Id = number,
            Protocol = protocol,
            Port = (uint)listener.Port,
            TargetGroup = listener.Groups[Array.IndexOf(listener.Weights, listener.Weights.Max())],
            IdleTimeoutMs = (uint)idleSeconds * MsPerSecond,
            Name = listener.LoggedAs ?? string.Empty,
        };
        if (shares.Length > 1 || shares[0].NearFirst)
            message.Groups.AddRange(shares);
        message.Allowed.AddRange(listener.Allowed.Select(ToPrefix));
        message.Denied.AddRange(listener.Denied.Select(ToPrefix));
        return message;
    }

    private static void AddSettings(TargetGroup message, TargetGroupSettings settings)
    {
        message.Selection = settings.Algorithm switch
        {
            "source_ip" => TargetGroup.Types.Selection.SourceAddress,
            "two_choices" => TargetGroup.Types.Selection.TwoChoices,
            "least_flows" => TargetGroup.Types.Selection.LeastFlows,
            _ => TargetGroup.Types.Selection.FiveTuple,
        };
        message.ProxyProtocol = settings.ProxyProtocol;
        message.MinHealthyCount = settings.MinHealthyCount > 1 ? (uint)settings.MinHealthyCount : 0;
        message.MinHealthyPercent = (uint)settings.MinHealthyPercent;
        message.PassiveChecks = settings.HasPassiveChecks;
        message.HealthCheck.EndpointWeight = settings.EndpointWeight;
        if (settings.UnhealthySeconds is { } seconds)
            message.UnhealthyFlows = new UnhealthyFlows { EndAfterMs = (uint)seconds * MsPerSecond };
        if (settings.Encapsulation is { } kind)
            message.Tunnel = new Tunnel
            {
                Kind = kind switch
                {
                    "ipip" => Tunnel.Types.Kind.Ipip,
                    "gre" => Tunnel.Types.Kind.Gre,
                    "vxlan" => Tunnel.Types.Kind.Vxlan,
                    _ => Tunnel.Types.Kind.Gue,
                },
                Port = (uint)settings.TunnelPort,
                NetworkId = settings.NetworkId,
            };
    }

    private static HealthCheck ToHealthCheck(HealthCheckConfig health)
    {
        var message = new HealthCheck
        {
            Kind = health.Protocol switch
            {
                HealthCheckProtocol.Http => HealthCheck.Types.Kind.Http,
                HealthCheckProtocol.Https => HealthCheck.Types.Kind.Https,
                _ => HealthCheck.Types.Kind.Tcp,
            },
            Port = (uint)(health.Port ?? 0),
            IntervalMs = (uint)health.IntervalSeconds * MsPerSecond,
            TimeoutMs = (uint)health.TimeoutSeconds * MsPerSecond,
            HealthyThreshold = (uint)health.HealthyThreshold,
            UnhealthyThreshold = (uint)health.UnhealthyThreshold,
        };
        if (health.Protocol != HealthCheckProtocol.Tcp && StatusCodes.TryParse(health.Matcher, out StatusCodes codes))
        {
            message.Path = health.Path ?? string.Empty;
            message.CodeMin = (uint)codes.Least;
            message.CodeMax = (uint)codes.Most;
        }

        return message;
    }

    private static Prefix ToPrefix(IpPrefix prefix) =>
        new() { Address = ToBytes(prefix.First), Length = (uint)prefix.Length };

    private static ByteString ToBytes(Ip address)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address.Value);
        return ByteString.CopyFrom(address.IsIpv4 ? bytes[12..] : bytes);
    }
}
