using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Tests.Snapshots;

public sealed class SnapshotValidatorPropertyTests
{
    [Fact]
    public void Any_bytes_are_accepted_or_refused_with_a_reason() =>
        Prop.ForAll<byte[]>(bytes => HasOneAnswer(bytes ?? [])).QuickCheckThrowOnFailure();

    [Fact]
    public void Damaged_bytes_of_a_valid_snapshot_end_in_a_verdict_and_what_is_accepted_can_be_run()
    {
        byte[] valid = Sample.Snapshot(vips: 3).ToByteArray();
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = [.. valid.Take(random.Next(4) == 0 ? random.Next(valid.Length) : valid.Length)];
            for (int flips = random.Next(4); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Assert.True(HasOneAnswer(bytes), $"seed {seed}");
        }
    }

    [Fact]
    public void A_message_of_random_values_ends_in_a_verdict()
    {
        for (int seed = 0; seed < 3_000; seed++)
            Assert.True(HasOneAnswer(RandomSnapshot(new Random(seed)).ToByteArray()), $"seed {seed}");
    }

    private static bool HasOneAnswer(byte[] bytes)
    {
        foreach (Snapshot? running in new[] { null, Sample.Snapshot(vips: 9) })
        {
            SnapshotVerdict verdict = SnapshotValidator.Read(Sample.Body(bytes), Sample.Context(running));
            if (verdict.Snapshot is null == string.IsNullOrEmpty(verdict.Refusal))
                return false;
            if (verdict.Snapshot is { } accepted)
                NodeModel.From(accepted, Sample.Node, Sample.Routers)
                    .ToDataplane(new Dictionary<ProbeKey, ProbeVerdict>(), [System.Net.IPAddress.Loopback]);
        }

        return true;
    }

    private static Snapshot RandomSnapshot(Random random)
    {
        Snapshot snapshot = Sample.Snapshot(vips: random.Next(4));
        for (int i = random.Next(6); i > 0; i--)
            Change(snapshot, random);
        return snapshot;
    }

    private static void Change(Snapshot snapshot, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                snapshot.OwnPrefixes.Add(RandomPrefix(random));
                break;
            case 1:
                snapshot.SnatPrefix = RandomPrefix(random);
                break;
            case 2:
                uint node = (uint)random.Next(5);
                snapshot.Shards.Add(
                    new Shard { Index = (uint)random.Next(4), Block = RandomPrefix(random), NodeIds = { node } });
                break;
            case 3:
                snapshot.Vips.Add(
                    Sample.Vip((uint)random.Next(5), $"198.18.0.{random.Next(256)}", (uint)random.Next(3)));
                break;
            case 4:
                snapshot.Ipv6SnatPrefix = RandomPrefix(random);
                snapshot.Shards[0].Ipv6Block = RandomPrefix(random);
                snapshot.Nodes[0].Ipv6Address = RandomAddress(random);
                snapshot.Nodes.Add(new Node
                {
                    Ipv6ProbeAddress = RandomAddress(random),
                    Id = (uint)random.Next(70_000),
                    Name = $"n{random.Next(3)}",
                    Address = RandomAddress(random),
                    ProbeAddress = RandomAddress(random),
                });
                break;
            case 5:
                snapshot.Tombstones.Add(
                    new Tombstone { Address = RandomAddress(random), Version = (uint)random.Next(9) });
                break;
            case 6:
                uint port = (uint)random.Next(70_000);
                var target = new Target { Id = 1, Address = RandomAddress(random), Port = port };
                snapshot.TargetGroups.Add(Sample.Group((uint)random.Next(5), target));
                break;
            default:
                snapshot.Version = (ulong)random.NextInt64();
                break;
        }
    }

    private static ByteString RandomAddress(Random random)
    {
        byte[] bytes = new byte[random.Next(8) switch { 0 => random.Next(20), 1 or 2 => 16, _ => 4 }];
        random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    private static Prefix RandomPrefix(Random random) =>
        new() { Address = RandomAddress(random), Length = (uint)random.Next(random.Next(2) == 0 ? 34 : 130) };
}
