using System.Buffers.Binary;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.TargetGroups;
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

    /// <summary>The snapshot without versions.</summary>
    public static Snapshot Compile(CellDesired desired)
    {
        var snapshot = new Snapshot
        {
            Zone = desired.Zone,
            Cell = desired.Cell,
            SnatPrefix = ToPrefix(desired.Pools.Snat),
        };
        snapshot.OwnPrefixes.Add(ToPrefix(desired.Pools.VipPool));
        snapshot.OwnPrefixes.Add(ToPrefix(desired.Pools.Snat));
        snapshot.Nodes.AddRange(desired.Nodes.OrderBy(node => node.Id).Select(ToNode));
        snapshot.Shards.AddRange(Shards(desired));
        ILookup<string, DesiredListener> listeners = desired.Listeners.OrderBy(listener => listener.Number)
            .ToLookup(listener => listener.LoadBalancer);
        snapshot.Vips.AddRange(
            desired.Vips.OrderBy(vip => vip.Id).Select(vip => ToVip(vip, listeners[vip.LoadBalancer])));
        ILookup<uint, DesiredTarget> targets = desired.Targets.OrderBy(target => target.Number)
            .ToLookup(target => target.Group);
        snapshot.TargetGroups.AddRange(
            desired.Groups.OrderBy(group => group.Number).Select(group => ToGroup(group, targets[group.Number])));
        snapshot.Tombstones.AddRange(desired.Tombstones.OrderBy(tombstone => tombstone.Address)
            .Select(tombstone => new Tombstone { Address = ToBytes(tombstone.Address) }));
        return snapshot;
    }

    /// <summary>Writes the version into a compiled snapshot, and into each tombstone its own or this one.</summary>
    public static void Stamp(Snapshot snapshot, CellDesired desired, ulong version)
    {
        snapshot.Version = version;
        int i = 0;
        foreach (DesiredTombstone tombstone in desired.Tombstones.OrderBy(tombstone => tombstone.Address))
            snapshot.Tombstones[i++].Version = tombstone.GoneInVersion ?? version;
    }

    private static IEnumerable<Shard> Shards(CellDesired desired)
    {
        int[] nodes = [.. desired.Nodes.Select(node => node.Id)];
        for (int index = 0; index < desired.Pools.ShardCount; index++)
        {
            var shard = new Shard { Index = (uint)index, Block = ToPrefix(desired.Pools.Block(index)) };
            shard.NodeIds.AddRange(ShardNodes.Of(desired.Cell, index, nodes).Select(id => (uint)id));
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
        };
        message.SnatAddresses.AddRange(node.SnatAddresses.Order().Select(ToBytes));
        return message;
    }

    private static Vip ToVip(DesiredVip vip, IEnumerable<DesiredListener> listeners)
    {
        var message = new Vip
        {
            Id = vip.Id,
            LoadBalancer = vip.LoadBalancer,
            Address = ToBytes(vip.Address),
            Shard = (uint)vip.Shard,
            AnnounceAlone = vip.AnnounceAlone,
        };
        message.Listeners.AddRange(listeners.Select(listener => new Listener
        {
            Id = listener.Number,
            Protocol = listener.Protocol == TransportProtocol.Udp ? Protocol.Udp : Protocol.Tcp,
            Port = (uint)listener.Port,
            TargetGroup = listener.Group,
            IdleTimeoutMs = (uint)listener.IdleTimeoutSeconds * MsPerSecond,
        }));
        return message;
    }

    private static TargetGroup ToGroup(DesiredGroup group, IEnumerable<DesiredTarget> targets)
    {
        var message =
            new TargetGroup { Id = group.Number, Name = group.Id, HealthCheck = ToHealthCheck(group.HealthCheck) };
        message.Targets.AddRange(targets.Select(target => new Target
        {
            Id = target.Number,
            Address = ToBytes(target.Address),
            Port = (uint)target.Port,
            Weight = (uint)target.Weight,
            Draining = target.Draining,
        }));
        return message;
    }

    private static HealthCheck ToHealthCheck(HealthCheckConfig health)
    {
        var message = new HealthCheck
        {
            Kind = health.Protocol == HealthCheckProtocol.Http
                ? HealthCheck.Types.Kind.Http
                : HealthCheck.Types.Kind.Tcp,
            Port = (uint)(health.Port ?? 0),
            IntervalMs = (uint)health.IntervalSeconds * MsPerSecond,
            TimeoutMs = (uint)health.TimeoutSeconds * MsPerSecond,
            HealthyThreshold = (uint)health.HealthyThreshold,
            UnhealthyThreshold = (uint)health.UnhealthyThreshold,
        };
        if (health.Protocol == HealthCheckProtocol.Http && StatusCodes.TryParse(health.Matcher, out StatusCodes codes))
        {
            message.Path = health.Path ?? string.Empty;
            message.CodeMin = (uint)codes.Least;
            message.CodeMax = (uint)codes.Most;
        }

        return message;
    }

    private static Prefix ToPrefix(Ipv4Prefix prefix) =>
        new() { Address = ToBytes(prefix.First), Length = (uint)prefix.Length };

    private static ByteString ToBytes(uint address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return ByteString.CopyFrom(bytes);
    }
}
