using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tool.Configuration;
using Hyperplane.Dataplane.Tool.Tests.Configuration;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tool.Tests.Replay;

/// <summary>The same captures through both engines.</summary>
public sealed class EnginesAgreeTests
{
    private const int Frames = 4_000;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(20_261_130, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void Both_engines_give_the_same_lines_and_the_same_bytes(int seed, bool withHeaders)
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        HpdpConfig config = withHeaders
            ? Dual with
            {
                TargetGroups =
                    [.. Dual.TargetGroups.Select(one => one with { ProxyProtocol = one.Tunnel is null })],
            }
            : Dual;
        byte[] capture = Capture(new Random(seed), config);
        Replayed byPipeline = Replayed.Run(config, useXdp: false, capture);
        Replayed byProgram = Replayed.Run(config, useXdp: true, capture);
        Assert.Equal(byPipeline.Lines, byProgram.Lines);
        Assert.Equal(byPipeline.Output, byProgram.Output);
        string alone = Assert.Single(byProgram.Notes.Split('\n').Except(byPipeline.Notes.Split('\n')));
        Assert.True(ForwardedByProgram(alone) > Frames / 4, alone);

        var reasons = byPipeline.Lines
            .CountBy(line => (string?)JsonNode.Parse(line)!["reason"] ?? "").ToDictionary();
        foreach (string reason in new[] { "drop_no_flow", "drop_ttl", "drop_ip_checksum", "drop_no_listener" })
            Assert.True(reasons.GetValueOrDefault(reason) > 10, $"{reasons.GetValueOrDefault(reason)} {reason}");
        int translated = byPipeline.Lines.Count(line => line.Contains("translated", StringComparison.Ordinal));
        Assert.True(translated > Frames / 20, $"{translated} frames changed their family");
        Assert.True(byPipeline.Sent().Count > Frames / 3, $"{byPipeline.Sent().Count} frames were sent");
        int headers = byPipeline.Sent().Count(sent => sent.Frame.AsSpan().IndexOf("\r\n\r\n\0\r\nQUIT\n"u8) >= 0);
        Assert.True(withHeaders ? headers > 50 : headers == 0, $"{headers} headers were sent");
    }

    [Theory]
    [InlineData(5, TunnelKind.Gue)]
    [InlineData(6, TunnelKind.Ipip)]
    [InlineData(7, TunnelKind.Gre)]
    [InlineData(8, TunnelKind.Vxlan)]
    public void Both_engines_put_the_same_frames_into_the_same_tunnels_within_the_same_limits(int seed, TunnelKind kind)
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        HpdpConfig config = Dual.InTunnels(kind);
        byte[] capture = Capture(new Random(seed), config);
        Replayed byPipeline = Replayed.Run(config, useXdp: false, capture);
        Replayed byProgram = Replayed.Run(config, useXdp: true, capture);
        Assert.Equal(byPipeline.Lines, byProgram.Lines);
        Assert.Equal(byPipeline.Output, byProgram.Output);
        int wrapped = byPipeline.Lines.Count(line => line.Contains("\"encapsulated\"", StringComparison.Ordinal));
        Assert.True(wrapped > Frames / 10, $"{wrapped} frames went into tunnels");
        int refused = byPipeline.Lines.Count(line => line.Contains("drop_source_rate", StringComparison.Ordinal));
        Assert.True(refused > 20, $"{refused} frames were beyond the limit");
        string alone = Assert.Single(byProgram.Notes.Split('\n').Except(byPipeline.Notes.Split('\n')));
        Assert.True(ForwardedByProgram(alone) > wrapped / 2, alone);
    }

    [Fact]
    public void Both_engines_refuse_the_same_sources()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        HpdpConfig config = Dual.WithLists("0.0.0.0/0 2001:db8:c::/48", "192.0.2.9/32");
        byte[] capture = Capture(new Random(9), config);
        Replayed byPipeline = Replayed.Run(config, useXdp: false, capture);
        Replayed byProgram = Replayed.Run(config, useXdp: true, capture);
        Assert.Equal(byPipeline.Lines, byProgram.Lines);
        Assert.Equal(byPipeline.Output, byProgram.Output);
        int refused = byPipeline.Lines.Count(line => line.Contains("drop_not_allowed", StringComparison.Ordinal));
        Assert.True(refused > 50, $"{refused} frames would have begun a flow");
        Assert.True(byPipeline.Sent().Count > Frames / 10, $"{byPipeline.Sent().Count} frames were sent");
    }

    /// <summary>The example, its first group with an IPv6 target too, and the same listeners on an IPv6 VIP.</summary>
    private static HpdpConfig Dual
    {
        get
        {
            HpdpConfig example = Sample.Config;
            var target = new TargetConfig
            {
                Id = 60, Address = IPAddress.Parse("2001:db8:a::1"), Port = 8_080, Weight = 3,
            };
            VipConfig vip = example.Vips[0];
            return example with
            {
                OwnPrefixes =
                [
                    .. example.OwnPrefixes, IPNetwork.Parse("2001:db8:10::/48"), IPNetwork.Parse("2001:db8:20::/48"),
                ],
                SnatAddresses = [.. example.SnatAddresses, IPAddress.Parse("2001:db8:20::1")],
                Vips =
                [
                    vip,
                    new VipConfig
                    {
                        Id = vip.Id + 1, Address = IPAddress.Parse(Ends.Vip6),
                        Listeners = [.. vip.Listeners.Select(listener => listener with { Id = listener.Id + 1_000 })],
                    },
                ],
                TargetGroups =
                [
                    example.TargetGroups[0] with { Targets = [.. example.TargetGroups[0].Targets, target] },
                    .. example.TargetGroups[1..],
                ],
            };
        }
    }

    private static int ForwardedByProgram(string note) =>
        int.Parse(note.Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static byte[] Capture(Random random, HpdpConfig config)
    {
        using var capture = new CaptureMaker(config);
        var lastToTarget = new Dictionary<ushort, byte[]>();
        while (capture.Frames < Frames)
        {
            ushort port = (ushort)random.Next(40_000, 40_016);
            bool isUdp = port % 4 == 0;
            string ip = port % 8 < 4 ? "192.0.2.9" : Ends.Client6;
            byte[]? known = lastToTarget.GetValueOrDefault(port);
            bool fromTarget = known is not null && random.Next(2) == 0;
            Frame frame = fromTarget
                ? Ends.Answer(
                    known!, Frame.KeyOf(known).Protocol == 17 ? TcpFlags.Ack : Flags(random), random.Next(300))
                : isUdp ? Ends.Question(port, ip) : Ends.Client(port, Flags(random), random.Next(300), ip);
            if (random.Next(20) == 0)
                frame = frame with { TimeToLive = (byte)random.Next(3) };
            if (random.Next(40) == 0)
                frame = frame with { DestinationPort = 81 };
            if (random.Next(30) == 0)
                frame = frame with { IpOptionBytes = 4 };
            byte[] bytes = frame.ToNode();
            if (random.Next(20) == 0)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            double afterMs = random.Next(400) == 0 ? random.Next(400_000) : random.NextDouble() * 40;
            byte[]? sent = capture.Add(bytes, afterMs);
            if (sent is not null && !fromTarget)
                lastToTarget[port] = sent;
        }
        return capture.File;
    }

    /// <summary>Mostly what an established connection sends, and everything else now and then.</summary>
    private static TcpFlags Flags(Random random) => random.Next(80) switch
    {
        < 6 => TcpFlags.Syn,
        < 12 => TcpFlags.Syn | TcpFlags.Ack,
        12 => TcpFlags.Fin | TcpFlags.Ack,
        13 => TcpFlags.Rst | TcpFlags.Ack,
        14 => TcpFlags.Rst,
        15 => (TcpFlags)random.Next(64),
        _ => TcpFlags.Ack,
    };
}
