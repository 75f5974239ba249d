using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Google.Protobuf;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Tests.Fakes;

/// <summary>A small valid snapshot of a cell of three nodes, and pieces of it.</summary>
internal static class Sample
{
    public const string Cell = "cell-a";
    public const string Node = "node-a1";

    public static ImmutableArray<IPAddress> Routers { get; } = [IPAddress.Parse("10.10.1.1")];

    public static SnapshotContext Context(Snapshot? running = null, ulong highest = 0) =>
        new(Cell, Node, Routers, running, highest);

    /// <summary>Two shards (the second without node 1), <paramref name="vips"/> VIPs in the first, one VIP in the
    /// second, one alone.</summary>
    public static Snapshot Snapshot(ulong version = 7, int vips = 2)
    {
        var snapshot = new Snapshot
        {
            Version = version,
            Zone = "a",
            Cell = Cell,
            OwnPrefixes = { Prefix("198.18.0.0/16"), Prefix("10.32.1.0/24") },
            SnatPrefix = Prefix("10.32.1.0/24"),
            Shards =
            {
                new Shard { Index = 0, Block = Prefix("198.18.0.0/26"), NodeIds = { 1, 2, 3 } },
                new Shard { Index = 1, Block = Prefix("198.18.0.64/26"), NodeIds = { 2, 3 } },
            },
        };
        for (uint i = 1; i <= 3; i++)
            snapshot.Nodes.Add(new Node
            {
                Id = i,
                Name = $"node-a{i}",
                Address = Bytes($"10.10.1.{10 + i}"),
                SnatAddresses = { Bytes($"10.32.1.{(i * 4) + 1}"), Bytes($"10.32.1.{(i * 4) + 2}") },
                ProbeAddress = Bytes($"10.33.1.{i}"),
            });
        for (uint i = 1; i <= vips; i++)
            snapshot.Vips.Add(Vip(i, $"198.18.0.{i}", 0, Listener((i * 10) + 1, 80, 1)));
        snapshot.Vips.Add(Vip(900, "198.18.0.70", 1, Listener(9001, 80, 2)));
        Vip alone = Vip(901, "198.18.200.1", 0, Listener(9011, 53, 1, Protocol.Udp));
        alone.AnnounceAlone = true;
        snapshot.Vips.Add(alone);
        snapshot.TargetGroups.Add(Group(1, Target(11, "10.40.0.1"), Target(12, "10.40.0.2", weight: 0),
            Target(13, "10.40.0.3", draining: true)));
        snapshot.TargetGroups.Add(Group(2, Target(21, "10.40.0.4")));
        snapshot.TargetGroups.Add(Group(3, Target(31, "10.40.0.5")));
        return snapshot;
    }

    /// <summary>The same with IPv6 beside IPv4: a VIP of each family in the first shard, and IPv6 targets in the first
    /// group.</summary>
    public static Snapshot Dual(ulong version = 7)
    {
        Snapshot snapshot = Snapshot(version, vips: 1);
        snapshot.OwnPrefixes.Add(Prefix("fd00:18::/112"));
        snapshot.OwnPrefixes.Add(Prefix("fd00:19::/120"));
        snapshot.Ipv6SnatPrefix = Prefix("fd00:19::/120");
        snapshot.Shards[0].Ipv6Block = Prefix("fd00:18::/122");
        snapshot.Shards[1].Ipv6Block = Prefix("fd00:18::40/122");
        foreach (Node node in snapshot.Nodes)
        {
            node.Ipv6Address = Bytes($"fd00:10::{node.Id}");
            node.Ipv6ProbeAddress = Bytes($"fd00:20::{node.Id}");
            node.SnatAddresses.Add(Bytes($"fd00:19::{node.Id}1"));
            node.SnatAddresses.Add(Bytes($"fd00:19::{node.Id}2"));
        }

        snapshot.Vips.Add(Vip(501, "fd00:18::1", 0, Listener(13, 80, 1)));
        snapshot.TargetGroups[0].Targets.Add(Target(14, "fd00:40::1"));
        return snapshot;
    }

    public static Vip Vip(uint id, string address, uint shard, params Listener[] listeners) => new()
    {
        Id = id,
        LoadBalancer = $"lb-{id}",
        Address = Bytes(address),
        Shard = shard,
        Listeners = { listeners },
    };

    public static Listener Listener(uint id, uint port, uint group, Protocol protocol = Protocol.Tcp) =>
        new() { Id = id, Protocol = protocol, Port = port, TargetGroup = group, IdleTimeoutMs = 350_000 };

    public static TargetGroup Group(uint id, params Target[] targets) => new()
    {
        Id = id,
        Name = $"tg-{id}",
        HealthCheck = new HealthCheck
        {
            Kind = HealthCheck.Types.Kind.Http,
            Path = "/healthz",
            IntervalMs = 1_000,
            TimeoutMs = 500,
            HealthyThreshold = 3,
            UnhealthyThreshold = 2,
            CodeMin = 200,
            CodeMax = 399,
        },
        Targets = { targets },
    };

    public static Target Target(uint id, string address, uint weight = 1, bool draining = false) =>
        new() { Id = id, Address = Bytes(address), Port = 8080, Weight = weight, Draining = draining };

    public static ByteString Bytes(string address) => ByteString.CopyFrom(IPAddress.Parse(address).GetAddressBytes());

    public static Prefix Prefix(string text)
    {
        string[] parts = text.Split('/');
        uint length = uint.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        return new Prefix { Address = Bytes(parts[0]), Length = length };
    }

    public static SnapshotBody Body(Snapshot snapshot) => Body(snapshot.ToByteArray(), snapshot.Version);

    public static SnapshotBody Body(byte[] bytes, ulong? version = null) => new(version, SHA256.HashData(bytes), bytes);

    /// <summary>The pieces the controller would send.</summary>
    public static List<SnapshotChunk> Chunks(Snapshot snapshot, int chunkBytes = SnapshotLimits.ChunkBytes)
    {
        byte[] bytes = snapshot.ToByteArray();
        ByteString hash = ByteString.CopyFrom(SHA256.HashData(bytes));
        return [.. bytes.Chunk(chunkBytes).Select(piece => new SnapshotChunk
        {
            Version = snapshot.Version,
            Hash = hash,
            TotalBytes = (uint)bytes.Length,
            Data = ByteString.CopyFrom(piece),
        })];
    }

    public static ByteString Hash(Snapshot snapshot) => ByteString.CopyFrom(SHA256.HashData(snapshot.ToByteArray()));
}
