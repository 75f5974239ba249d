using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tool.Configuration;
using Hyperplane.Dataplane.Tool.Replay;
using Hyperplane.Dataplane.Tool.Tests.Configuration;
using Hyperplane.Dataplane.Tool.Tests.Replay;
using Hyperplane.Dataplane.Tool.Trace;

namespace Hyperplane.Dataplane.Tool.Tests.Trace;

public sealed class PacketDayTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_frame_has_a_day_that_ends_in_the_verdict_of_the_replay(int seed)
    {
        var random = new Random(seed);
        var config = Sample.Config with { FlowCapacity = 1_024, HalfOpenCapacity = 256 };
        var counters = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < 300; i++)
        {
            byte[] frame = Mutated(random);
            using var engine = new PipelineEngine(config);
            string counter = CounterNames.Of(engine.Judge(frame, static (_, _) => { }));
            using var day = new PacketDay(config);
            IReadOnlyList<(string Step, string Text)> steps = day.Tell(frame);
            string verdict = steps.Last(step => step.Step == "verdict").Text;
            Assert.True(
                verdict.Contains($"(counter {counter})", StringComparison.Ordinal),
                $"seed {seed}, {Convert.ToHexString(frame)}: {counter}, but {verdict}");
            counters.Add(counter);
        }
        Assert.True(counters.Count > 6, string.Join(' ', counters));
    }

    [Fact]
    public void A_group_without_healthy_targets_fails_open_and_says_so()
    {
        var config = Sample.Config;
        config = config with
        {
            TargetGroups =
            [
                .. config.TargetGroups.Select(group => group with
                {
                    Targets = [.. group.Targets.Select(target => target with { Healthy = false })],
                }),
            ],
        };
        using var day = new PacketDay(config);
        Assert.Contains(
            "3 of the group's 3 targets are in the table: none is healthy, so all are taken (fail open)",
            day.Tell(Ends.Client(40_000, TcpFlags.Syn).ToNode()).Single(step => step.Step == "maglev").Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 0, "2 of the group's 3 targets are in the table")]
    [InlineData(3, 0, "3 of the group's 3 targets are in the table: 2 healthy of 3 are too few, so all are taken")]
    [InlineData(1, 66, "2 of the group's 3 targets are in the table")]
    [InlineData(1, 67, "3 of the group's 3 targets are in the table: 2 healthy of 3 are too few, so all are taken")]
    public void A_group_with_fewer_healthy_targets_than_it_asks_for_fails_open(int count, int percent, string expected)
    {
        HpdpConfig config = Sample.Config;
        TargetGroupConfig group =
            config.TargetGroups[0] with { MinHealthyCount = count, MinHealthyPercent = percent };
        using var day = new PacketDay(config with { TargetGroups = config.TargetGroups.SetItem(0, group) });
        string text = day.Tell(Ends.Client(40_000, TcpFlags.Syn).ToNode()).Single(step => step.Step == "maglev").Text;
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.Equal(
            expected.Contains("too few", StringComparison.Ordinal),
            text.Contains("fail open", StringComparison.Ordinal));
    }

    [Fact]
    public void Near_targets_that_take_flows_alone_are_told()
    {
        HpdpConfig config = Sample.Config;
        VipConfig vip = config.Vips[0];
        ListenerConfig listener = vip.Listeners[0] with
        {
            TargetGroup = null, TargetGroups = [new GroupShareConfig { TargetGroup = 5, NearFirst = true }],
        };
        using var day = new PacketDay(config with { Vips = [vip with { Listeners = [listener] }] });
        Assert.Contains(
            "2 of the group's 3 targets are in the table: near ones alone",
            day.Tell(Ends.Client(40_000, TcpFlags.Syn).ToNode()).Single(step => step.Step == "maglev").Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TunnelKind.Gue, "GUE from 10.0.0.1 to 10.0.0.1", "> 6080; the target answers")]
    [InlineData(TunnelKind.Ipip, "IPIP from 172.30.0.", "the source varies with the flow")]
    [InlineData(TunnelKind.Gre, "GRE from 172.30.0.", "network 9; the target answers")]
    [InlineData(TunnelKind.Vxlan, "VXLAN from 10.0.0.1 to 10.0.0.1", "> 4789, network 9")]
    public void A_tunnel_is_told_with_what_varies_in_it(TunnelKind kind, string begin, string end)
    {
        HpdpConfig config = Sample.Config.InTunnels(kind);
        using var day = new PacketDay(config);
        IReadOnlyList<(string Step, string Text)> steps = day.Tell(Ends.Client(40_000, TcpFlags.Syn).ToNode());
        string tunnel = steps.Single(step => step.Step == "tunnel").Text;
        Assert.StartsWith(begin, tunnel, StringComparison.Ordinal);
        Assert.Contains(end, tunnel, StringComparison.Ordinal);
        Assert.DoesNotContain(steps, step => step.Step is "SNAT" or "rewrite");
        Assert.Contains(
            "bytes of outer header", steps.Single(step => step.Step == "wrap").Text, StringComparison.Ordinal);
        Assert.Contains(
            "forwarded inside a tunnel (counter encapsulated)", steps.Single(step => step.Step == "verdict").Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TargetSelection.FiveTuple, "hash 0x")]
    [InlineData(TargetSelection.SourceAddress, "by the client's address: hash 0x")]
    [InlineData(TargetSelection.TwoChoices, "the one with fewer flows")]
    [InlineData(TargetSelection.LeastFlows, "the fewest flows for its weight")]
    public void How_a_target_is_chosen_is_told(TargetSelection selection, string told)
    {
        HpdpConfig config = Sample.Config;
        config = config with
        {
            TargetGroups = [.. config.TargetGroups.Select(group => group with { Selection = selection })],
        };
        using var day = new PacketDay(config);
        Assert.Contains(
            told, day.Tell(Ends.Client(40_000, TcpFlags.Syn).ToNode()).Single(step => step.Step == "maglev").Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_and_groups_by_weight_are_told()
    {
        using var day = new PacketDay(Sample.Config);
        IReadOnlyList<(string Step, string Text)> steps =
            day.Tell((Ends.Client(40_000, TcpFlags.Syn) with { DestinationPort = 8_080 }).ToNode());
        Assert.Contains(
            " of 5, 7 by weight 3:1", steps.Single(step => step.Step == "listener").Text, StringComparison.Ordinal);
        Assert.StartsWith(
            "in a second 20,000 new flows of a source, 200,000 at the VIP, 400,000 at the VIPs of tenant 1",
            steps.Single(step => step.Step == "limits").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", null, "forwarded")]
    [InlineData("192.0.2.0/24", "", "let in: 192.0.2.9 lies in 192.0.2.0/24, which is allowed", "forwarded")]
    [InlineData("", "10.0.0.0/8", "let in: 192.0.2.9 lies in none of the 1 denied prefixes", "forwarded")]
    [InlineData("192.0.2.0/24", "192.0.2.9/32", "refused: 192.0.2.9 lies in 192.0.2.9/32, which is denied", "dropped")]
    [InlineData("10.0.0.0/8", "", "refused: 192.0.2.9 lies in none of the 1 allowed prefixes", "dropped")]
    public void What_the_lists_of_the_listener_say_is_told(string allow, string deny, string? told, string verdict)
    {
        using var day = new PacketDay(Sample.Config.WithLists(allow, deny));
        IReadOnlyList<(string Step, string Text)> steps = day.Tell(Ends.Client(40_000, TcpFlags.Syn).ToNode());
        Assert.Equal(told, steps.SingleOrDefault(step => step.Step == "sources").Text);
        string end = steps.Single(step => step.Step == "verdict").Text;
        Assert.StartsWith(verdict, end, StringComparison.Ordinal);
        Assert.Equal(verdict == "dropped", end.Contains("(counter drop_not_allowed)", StringComparison.Ordinal));
        Assert.Equal(verdict == "dropped", steps.All(step => step.Step is not ("maglev" or "target")));
    }

    [Fact]
    public void A_group_of_draining_targets_has_none()
    {
        var config = Sample.Config;
        config = config with
        {
            TargetGroups =
            [
                .. config.TargetGroups.Select(group => group with
                {
                    Targets = [.. group.Targets.Select(target => target with { Draining = true })],
                }),
            ],
        };
        using var day = new PacketDay(config);
        IReadOnlyList<(string Step, string Text)> steps = day.Tell(Ends.Client(40_000, TcpFlags.Syn).ToNode());
        Assert.StartsWith("none: all 3", steps.Single(step => step.Step == "target").Text, StringComparison.Ordinal);
        Assert.Contains("drop_no_target", steps[^1].Text, StringComparison.Ordinal);
    }

    private static byte[] Mutated(Random random)
    {
        Frame frame = random.Next(3) == 0
            ? Ends.Question((ushort)random.Next(1, 65_536))
            : Ends.Client((ushort)random.Next(1, 65_536), random.Next(2) == 0 ? TcpFlags.Syn : TcpFlags.Ack);
        byte[] bytes = frame.ToNode();
        for (int flips = random.Next(3); flips > 0; flips--)
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        if (random.Next(3) == 0)
        {
            bytes[24] = bytes[25] = 0;
            ushort checksum = InternetChecksum.Of(bytes.AsSpan(14, 20));
            System.Runtime.InteropServices.MemoryMarshal.Write(bytes.AsSpan(24), checksum);
        }
        return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
