using System.Net;
using Hyperplane.Agent.Drain;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Reports;
using Hyperplane.Agent.Routing;
using Hyperplane.Agent.Runtime;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Agent.Tests.Reports;

public sealed class ReportBuilderTests
{
    private readonly ReportBuilder _builder = new("cell-a", "node-a1", 123_456);

    [Fact]
    public void A_report_tells_everything()
    {
        var status = new NodeStatus
        {
            Version = 7,
            Hash = new byte[] { 1, 2, 3 },
            RefusedVersion = 8,
            Refusal = "listener 5 has port 0",
            Draining = true,
            Phase = DrainPhase.Shutting,
            Alive = true,
            Peers = [new PeerStatus(IPAddress.Parse("10.10.1.1"), "Established", "hold timer expired", 2)],
            Announced = [IPNetwork.Parse("198.18.0.0/26"), IPNetwork.Parse("10.33.1.1/32")],
            Targets = [new TargetStatus(new ProbeKey(1, 11), TargetHealth.Types.State.Unhealthy, "Target.Timeout",
                "no answer in 500 ms")],
        };
        var counters = new DataplaneCounters(
            [.. Enum.GetValues<PacketCounter>().Select(c => (ulong)c + 1)],
            new Dictionary<uint, FlowCounters>
            {
                [22] = new(7, 8, 9, 10, 11, 12), [21] = new(1, 2, 3, 4, 5, 6) { Resets = new(7, 8, 9) },
            },
            new Dictionary<uint, FlowCounters>
            {
                [12] = new(0, 0, 0, 0, 0, 0), [11] = new(6, 5, 4, 3, 2, 1) { Resets = new(0, 1, 0) },
            })
        {
            Drops = new Dictionary<uint, IReadOnlyList<ulong>>
            {
                [21] = [.. ListenerDrops.Reasons.Select((_, i) => i == 0 ? 0UL : 10UL + (ulong)i)],
            },
            VipDrops = new Dictionary<uint, IReadOnlyList<ulong>> { [32] = [0, 0, 0, 0], [31] = [5, 0, 6, 7] },
        };
        NodeReport report = _builder.Build(status, counters, []);
        Assert.Equal(
            new VipCounters
            {
                VipId = 31,
                Drops =
                {
                    new DropCounter { Reason = DropReason.SourceRate, Frames = 5 },
                    new DropCounter { Reason = DropReason.TenantRate, Frames = 6 },
                    new DropCounter { Reason = DropReason.ChallengeRate, Frames = 7 },
                },
            },
            Assert.Single(report.Vips));

        Assert.Equal(
            new TargetCounters
            {
                TargetId = 11, NewFlows = 6, ActiveFlows = 5, PacketsIn = 4, BytesIn = 3, PacketsOut = 2, BytesOut = 1,
                Resets = new Cells.Contracts.ResetCounters { FromTargets = 1 },
            },
            Assert.Single(report.TargetCounters));
        Assert.Equal(("cell-a", "node-a1", 123_456UL), (report.Cell, report.Node, report.Start));
        Assert.Equal((7UL, "010203"), (report.RunningVersion, Convert.ToHexString(report.RunningHash.Span)));
        Assert.Equal((8UL, "listener 5 has port 0", true), (report.RefusedVersion, report.Refusal, report.Draining));
        Assert.Equal(
            new Peer
            {
                Address = "10.10.1.1",
                State = "Established",
                LastError = "hold timer expired",
                PrefixesSent = 2,
            },
            Assert.Single(report.Peers));
        Assert.Equal(["198.18.0.0/26", "10.33.1.1/32"], report.Announced);
        Assert.Equal(
            new TargetHealth
            {
                TargetId = 11,
                TargetGroupId = 1,
                State = TargetHealth.Types.State.Unhealthy,
                Reason = "Target.Timeout",
                Detail = "no answer in 500 ms",
            },
            Assert.Single(report.Targets));
        Assert.Equal([21U, 22U], report.Listeners.Select(l => l.ListenerId));
        Assert.Equal(
            new ListenerCounters
            {
                ListenerId = 21,
                NewFlows = 1,
                ActiveFlows = 2,
                PacketsIn = 3,
                BytesIn = 4,
                PacketsOut = 5,
                BytesOut = 6,
                Resets = new Cells.Contracts.ResetCounters { FromClients = 7, FromTargets = 8, Own = 9 },
                Drops =
                {
                    ListenerDrops.Reasons.Skip(1).Select((reason, i) => new DropCounter
                    {
                        Reason = FlowMessages.ReasonOf(reason), Frames = 11 + (ulong)i,
                    }),
                },
            },
            report.Listeners[0]);
        Assert.Null(report.Listeners[1].Resets);
        Assert.Equal(new Counter { Name = "received", Value = 1 }, report.Counters[0]);
        const ulong Full = (ulong)PacketCounter.DropFlowTableFull + 1;
        Assert.Contains(new Counter { Name = "drop_flow_table_full", Value = Full }, report.Counters);
        Assert.Contains(new Counter { Name = "new_flows", Value = 7 + 1 }, report.Counters);
        Assert.Contains(new Counter { Name = "active_flows", Value = 8 + 2 }, report.Counters);
        Assert.Equal(Enum.GetValues<PacketCounter>().Length + 2, report.Counters.Count);
    }

    [Fact]
    public void Before_the_first_snapshot_a_report_says_that_nothing_runs()
    {
        NodeReport report = _builder.Build(NodeStatus.Nothing, null, []);
        Assert.Equal((0UL, 0), (report.RunningVersion, report.RunningHash.Length));
        Assert.Empty(report.Counters);
    }

    [Fact]
    public void A_hash_of_targets_tells_all_differences_but_the_time_of_a_check()
    {
        var one = new TargetStatus(new ProbeKey(1, 11), TargetHealth.Types.State.Unhealthy, "reason", "detail");
        TargetStatus[] others =
        [
            one with { Key = new ProbeKey(1, 12) }, one with { Key = new ProbeKey(2, 11) },
            one with { State = TargetHealth.Types.State.Healthy }, one with { Reason = "other" },
            one with { Detail = "other" }, one with { Own = ProbeState.Healthy }, one with { Sent = "GET" },
            one with { Received = "500" },
        ];
        string hash = HashOf(one);
        Assert.Equal(hash, HashOf(one with { CheckedAt = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(1) }));
        string[] hashes = [hash, HashOf(), HashOf(one, one), .. others.Select(other => HashOf(other))];
        Assert.Equal(hashes.Length, hashes.Distinct(StringComparer.Ordinal).Count());

        string HashOf(params TargetStatus[] targets) =>
            _builder.Build(new NodeStatus { Targets = [.. targets] }, null, []).TargetsHash.ToBase64();
    }

    [Fact]
    public void A_report_of_a_huge_cell_fits_a_message()
    {
        var status = new NodeStatus
        {
            Targets = [.. Enumerable.Range(0, 40_000).Select(i => new TargetStatus(
                new ProbeKey(uint.MaxValue, (uint)i + 1_000_000_000),
                TargetHealth.Types.State.Unhealthy,
                "Target.FailedHealthChecks",
                new string('€', 200)))],
        };
        NodeReport report = _builder.Build(status, null, []);
        Assert.InRange(report.CalculateSize(), 2_000_000, 4 * 1024 * 1024);
    }

    [Fact]
    public void Every_reason_of_a_listeners_drops_has_a_name_that_follows_the_counters()
    {
        Assert.Equal(
            ListenerDrops.Reasons.Concat(VipDrops.Reasons).Select(reason => reason.ToString()),
            ListenerDrops.Reasons.Concat(VipDrops.Reasons).Select(reason => $"Drop{FlowMessages.ReasonOf(reason)}"));
        Assert.DoesNotContain(DropReason.Unspecified, ListenerDrops.Reasons.Select(FlowMessages.ReasonOf));
    }

    [Fact]
    public void Drops_of_very_many_listeners_fit_a_message()
    {
        ulong[] dropped = [.. ListenerDrops.Reasons.Select(_ => 1UL << 40)];
        uint[] listeners = [.. Enumerable.Range(1, ReportBuilder.MostListeners).Select(id => (uint)id)];
        var counters = new DataplaneCounters(
            [], listeners.ToDictionary(id => id, _ => default(FlowCounters)), new Dictionary<uint, FlowCounters>())
        {
            Drops = listeners.ToDictionary(id => id, IReadOnlyList<ulong> (_) => dropped),
        };
        NodeReport report = _builder.Build(NodeStatus.Nothing, counters, []);
        Assert.Equal(ListenerDrops.Reasons.Length, report.Listeners[0].Drops.Count);
        Assert.InRange(report.CalculateSize(), ReportBuilder.MostDropBytes / 2, 2 * ReportBuilder.MostDropBytes);
    }

    [Fact]
    public void Counter_names_are_snake_case_and_unique()
    {
        Assert.Equal("drop_ip_checksum", CounterNames.All[(int)PacketCounter.DropIpChecksum]);
        Assert.Equal("drop_not_ip", CounterNames.All[(int)PacketCounter.DropNotIp]);
        Assert.Equal(CounterNames.All.Length, CounterNames.All.Distinct(StringComparer.Ordinal).Count());
    }
}
