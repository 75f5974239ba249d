using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Maglev;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Targets 1 and 2 are near, 3 and 4 far. Port 80 takes near ones first, port 81 all alike.</summary>
public sealed class NearFirstTests
{
    private const int Near = 80;
    private const int Alike = 81;
    private const int Flows = 600;

    private static readonly TargetModel[] All =
    [
        Bench.Target(1, "10.0.0.1", weight: 100), Bench.Target(2, "10.0.0.2", weight: 300),
        Bench.Target(3, "10.0.1.3", weight: 100) with { Far = true },
        Bench.Target(4, "10.0.1.4", weight: 100) with { Far = true },
    ];

    public static TheoryData<TargetSelection> Selections => [.. Enum.GetValues<TargetSelection>()];

    [Theory]
    [MemberData(nameof(Selections))]
    public void Near_targets_have_the_flows_by_weight_then_far_ones_while_none_of_them_is_healthy(
        TargetSelection selection)
    {
        Bench bench = BenchOf(selection, All, Near);
        int[] counts = Open(bench, Near);
        Assert.Equal((0, 0), (counts[2], counts[3]));
        Assert.InRange(counts[1], Flows * 0.65, Flows * 0.85);

        // One near target is enough.
        Use(bench, selection, With(All, target => target with { Healthy = target.Id != 2 }), Near);
        Assert.Equal([Flows, 0, 0, 0], Open(bench, Near, Flows));

        Use(bench, selection, With(All, target => target with { Healthy = target.Far }), Near);
        counts = Open(bench, Near, 2 * Flows);
        Assert.Equal((0, 0), (counts[0], counts[1]));
        Assert.All(counts[2..], count => Assert.InRange(count, Flows * 0.35, Flows * 0.65));

        Use(bench, selection, All, Near);
        counts = Open(bench, Near, 3 * Flows);
        Assert.Equal((0, 0), (counts[2], counts[3]));
    }

    [Theory]
    [MemberData(nameof(Selections))]
    public void With_no_healthy_target_anywhere_all_are_taken(TargetSelection selection)
    {
        Bench bench = BenchOf(selection, With(All, target => target with { Healthy = false }), Near);
        Assert.All(Open(bench, Near), count => Assert.True(count > 0));
    }

    [Fact]
    public void A_zone_without_a_target_that_may_take_flows_uses_those_of_others()
    {
        foreach (TargetModel[] targets in new[]
        {
            All[2..],
            With(All, target => target with { Draining = !target.Far }),
            With(All, target => target with { Weight = target.Far ? 1 : 0 }),
        })
        {
            Bench bench = BenchOf(TargetSelection.FiveTuple, targets, Near);
            Assert.Equal(Flows, Open(bench, Near)[2..].Sum());
        }
    }

    [Fact]
    public void A_listener_that_takes_all_alike_has_them_beside_one_that_takes_near_ones_first()
    {
        Bench bench = BenchOf(TargetSelection.FiveTuple, All, Near, Alike);
        Assert.Equal(0, Open(bench, Near)[2..].Sum());
        Assert.All(Open(bench, Alike), count => Assert.InRange(count, Flows / 12, Flows));
    }

    [Fact]
    public void Least_flows_knows_the_ends_of_flows_that_either_listener_began()
    {
        Bench bench = BenchOf(TargetSelection.LeastFlows, All, Near, Alike);
        Assert.Equal([150, 450, 0, 0], Open(bench, Near, first: 0));
        Assert.Equal([50, 150, 200, 200], Open(bench, Alike, first: 0));
        End(bench, Near, first: 0);
        Assert.Equal([150, 450, 0, 0], Open(bench, Alike, first: Flows));
        End(bench, Alike, first: 0);
        Assert.Equal([150, 450, 0, 0], Open(bench, Near, first: Flows));
        Assert.Equal([300, 900, 0, 0], Active(bench));
    }

    [Fact]
    public void Least_flows_over_near_ones_alone_is_told_of_ends_at_once()
    {
        Bench bench = BenchOf(TargetSelection.LeastFlows, All, Near);
        Open(bench, Near);
        // What one lost it gets, and the other nothing.
        End(bench, Near, first: 0, "10.0.0.1");
        Assert.Equal([150, 0, 0, 0], Open(bench, Near, Flows, count: 150));
        End(bench, Near, first: 0, "10.0.0.2");
        Assert.Equal([0, 450, 0, 0], Open(bench, Near, 2 * Flows, count: 450));
    }

    [Fact]
    public void What_is_established_stays_where_it_is_when_near_targets_fail_and_come_back()
    {
        Bench bench = BenchOf(TargetSelection.FiveTuple, All, Near);
        Conversation near = bench.Connect();
        string nearTarget = near.TargetAddress;
        Use(bench, TargetSelection.FiveTuple, With(All, target => target with { Healthy = target.Far }), Near);
        Conversation far = bench.Connect(40_001);
        string farTarget = far.TargetAddress;
        Talk();
        Use(bench, TargetSelection.FiveTuple, All, Near);
        Talk();
        Assert.StartsWith("10.0.0.", nearTarget, StringComparison.Ordinal);
        Assert.StartsWith("10.0.1.", farTarget, StringComparison.Ordinal);
        Assert.StartsWith("10.0.0.", bench.Connect(40_002).TargetAddress, StringComparison.Ordinal);

        void Talk()
        {
            foreach ((Conversation connection, string target) in new[] { (near, nearTarget), (far, farTarget) })
            {
                Assert.Equal(PacketCounter.Forwarded, connection.FromClient(TcpFlags.Ack, payload: 10));
                Assert.Equal(PacketCounter.Forwarded, connection.FromTarget(TcpFlags.Ack, payload: 10));
                Assert.Equal(target, connection.TargetAddress);
            }
        }
    }

    [Fact]
    public void Each_group_of_a_listener_has_its_own_near_targets()
    {
        var bench = new Bench(flows: 8_192, halfOpen: 4_096);
        TargetGroupModel[] groups =
        [
            new TargetGroupModel(5, [.. All[..3]]),
            new TargetGroupModel(6, [Bench.Target(9, "10.0.1.9") with { Far = true }]),
        ];
        bench.Use(Bench.Model() with
        {
            Vips =
            [
                new VipModel(1, IPAddress.Parse(Bench.Vip),
                [
                    new ListenerModel(
                        1, IpProtocol.Tcp, Near,
                        [new TargetGroupShare(5, 1, NearFirst: true), new TargetGroupShare(6, 1, NearFirst: true)],
                        350_000),
                ]),
            ],
            TargetGroups = [.. groups],
        });
        for (int flow = 0; flow < Flows; flow++)
            Assert.Equal(PacketCounter.Forwarded, bench.Send(Syn(Near, flow)));
        Assert.Equal(0, (int)bench.TargetCounters(3).NewFlows);
        Assert.InRange((int)bench.TargetCounters(9).NewFlows, Flows * 0.4, Flows * 0.6);
    }

    [Fact]
    public void No_table_is_made_that_nobody_uses_or_that_is_as_another()
    {
        TargetModel[] near = With(All, target => target with { Far = false });
        Assert.Equal((1, 0), Tables(BenchOf(TargetSelection.FiveTuple, near, Near, Alike)));
        Assert.Equal((1, 0), Tables(BenchOf(TargetSelection.FiveTuple, All[2..], Near, Alike)));
        Assert.Equal((1, 0), Tables(BenchOf(TargetSelection.FiveTuple, All, Alike)));
        Assert.Equal((0, 1), Tables(BenchOf(TargetSelection.FiveTuple, All, Near)));
        Assert.Equal((1, 1), Tables(BenchOf(TargetSelection.FiveTuple, All, Near, Alike)));

        static (int Alike, int Near) Tables(Bench bench) =>
            (bench.Tables.Groups.Alike.Count, bench.Tables.Groups.Near.Count);
    }

    [Fact]
    public void What_becomes_of_far_targets_moves_nothing_between_near_ones()
    {
        Bench bench = BenchOf(TargetSelection.SourceAddress, All, Near);
        MaglevTable? before = Maglev();
        Use(bench, TargetSelection.SourceAddress, With(All, target => target with { Healthy = !target.Far }), Near);
        Assert.Same(before, Maglev());

        MaglevTable? Maglev() => Assert.Single(bench.Tables.Groups.Near).Maglev;
    }

    private static TargetModel[] With(TargetModel[] targets, Converter<TargetModel, TargetModel> change) =>
        Array.ConvertAll(targets, change);

    private static Bench BenchOf(TargetSelection selection, TargetModel[] targets, params int[] listeners)
    {
        var bench = new Bench(flows: 16_384, halfOpen: 8_192, cacheEntries: 64);
        Use(bench, selection, targets, listeners);
        return bench;
    }

    private static void Use(Bench bench, TargetSelection selection, TargetModel[] targets, params int[] listeners) =>
        bench.Use(Bench.Model() with
        {
            Vips =
            [
                new VipModel(1, IPAddress.Parse(Bench.Vip),
                [
                    .. listeners.Select(port => new ListenerModel(
                        (uint)port, IpProtocol.Tcp, (ushort)port, [new TargetGroupShare(5, 1, port == Near)],
                        350_000)),
                ]),
            ],
            TargetGroups = [new TargetGroupModel(5, [.. targets], selection)],
        });

    /// <summary>How many of some new flows, from many clients, each target gets; they go on.</summary>
    private static int[] Open(Bench bench, int listener, int first = 0, int count = Flows)
    {
        int[] before = Active(bench);
        for (int flow = first; flow < first + count; flow++)
            Assert.Equal(PacketCounter.Forwarded, bench.Send(Syn(listener, flow)));
        return [.. Active(bench).Zip(before, (now, then) => now - then)];
    }

    /// <summary>Ends some flows: those of one target, or all.</summary>
    private static void End(Bench bench, int listener, int first, string? target = null)
    {
        for (int flow = first; flow < first + Flows; flow++)
        {
            Frame syn = Syn(listener, flow);
            int slot = bench.Flows.Find(syn.Key(), out _);
            if (slot == FlowTable.None
                || (target is not null && bench.Flows.Columns.Reverse[slot].Source.ToString() != target))
                continue;
            bench.Send(syn with { Flags = TcpFlags.Rst, Sequence = 1_001 });
        }

        bench.Pass(2);
    }

    private static Frame Syn(int listener, int flow) =>
        Bench.Syn((ushort)(1_000 + flow), $"192.0.2.{1 + (flow % 250)}") with { DestinationPort = (ushort)listener };

    private static int[] Active(Bench bench)
    {
        IReadOnlyDictionary<uint, FlowCounters> counters = bench.Pipeline.Counters.Read(bench.Tables, null).Targets;
        return [.. Enumerable.Range(1, 4).Select(id => (int)counters.GetValueOrDefault((uint)id).ActiveFlows)];
    }
}
