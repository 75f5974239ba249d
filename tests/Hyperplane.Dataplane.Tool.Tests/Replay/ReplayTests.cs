using System.Text.Json.Nodes;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tool.Configuration;
using Hyperplane.Dataplane.Tool.Trace;
using Hyperplane.Dataplane.Tool.Tests.Configuration;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tool.Tests.Replay;

public sealed class ReplayTests
{
    public static TheoryData<bool> Engines => new(false, true);

    /// <summary>A connection from SYN to FINs, a datagram and its answer, and frames that go nowhere.</summary>
    private static byte[] SmallCapture(CaptureMaker capture)
    {
        byte[] syn = capture.Add(Ends.Client(40_000, TcpFlags.Syn).ToNode())!;
        capture.Add(Ends.Answer(syn, TcpFlags.Syn | TcpFlags.Ack).ToNode());
        capture.Add(Ends.Client(40_000).ToNode());
        capture.Add(Ends.Client(40_000, TcpFlags.Ack | TcpFlags.Psh, 100).ToNode());
        capture.Add(Ends.Answer(syn, TcpFlags.Ack, 1_000).ToNode());
        byte[] datagram = capture.Add(Ends.Question(50_000).ToNode())!;
        capture.Add(Ends.Answer(datagram).ToNode());
        capture.Add((Ends.Client(40_001, TcpFlags.Syn) with { DestinationPort = 81 }).ToNode());
        capture.Add(Ends.Client(40_002, TcpFlags.Ack).ToNode());
        capture.Add((Ends.Client(40_000) with { TimeToLive = 1 }).ToNode());
        capture.Add((Ends.Client(40_003, TcpFlags.Syn) with { Destination = "8.8.8.8" }).ToNode());
        capture.Add(Ends.Client(40_004, TcpFlags.Syn).Bytes() is var other && (other[5] = 9) == 9 ? other : []);
        capture.Add([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xcc, .. new byte[40]]);
        capture.Add(Ends.Client(40_000, TcpFlags.Fin | TcpFlags.Ack).ToNode());
        capture.Add(Ends.Answer(syn, TcpFlags.Fin | TcpFlags.Ack).ToNode());
        return capture.File;
    }

    private static readonly string[] SmallLines =
    [
        """{"index":1,"verdict":"forwarded","reason":null,"listener":80,"target":TARGET,"flow":"new"}""",
        """{"index":2,"verdict":"forwarded","reason":null,"listener":80,"target":TARGET,"flow":"hit"}""",
        """{"index":3,"verdict":"forwarded","reason":null,"listener":80,"target":TARGET,"flow":"hit"}""",
        """{"index":4,"verdict":"forwarded","reason":null,"listener":80,"target":TARGET,"flow":"hit"}""",
        """{"index":5,"verdict":"forwarded","reason":null,"listener":80,"target":TARGET,"flow":"hit"}""",
        """{"index":6,"verdict":"forwarded","reason":null,"listener":53,"target":4,"flow":"new"}""",
        """{"index":7,"verdict":"forwarded","reason":null,"listener":53,"target":4,"flow":"hit"}""",
        """{"index":8,"verdict":"dropped","reason":"drop_no_listener","listener":null,"target":null,"flow":null}""",
        """{"index":9,"verdict":"dropped","reason":"drop_no_flow","listener":80,"target":null,"flow":null}""",
        """{"index":10,"verdict":"dropped","reason":"drop_ttl","listener":80,"target":TARGET,"flow":"hit"}""",
        """{"index":11,"verdict":"passed","reason":"not_our_address","listener":null,"target":null,"flow":null}""",
        """{"index":12,"verdict":"passed","reason":"not_our_mac","listener":null,"target":null,"flow":null}""",
        """{"index":13,"verdict":"passed","reason":"not_ip","listener":null,"target":null,"flow":null}""",
        """{"index":14,"verdict":"forwarded","reason":null,"listener":80,"target":TARGET,"flow":"hit"}""",
        """{"index":15,"verdict":"forwarded","reason":null,"listener":80,"target":TARGET,"flow":"hit"}""",
    ];

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_small_capture_becomes_what_is_written_here(bool useXdp)
    {
        Assert.SkipUnless(!useXdp || RootOnly.Met, RootOnly.Reason);
        using var capture = new CaptureMaker(Sample.Config);
        Replayed replayed = Replayed.Run(Sample.Config, useXdp, SmallCapture(capture));
        List<(long TimeNs, byte[] Frame)> sent = replayed.Sent();

        bool toFirst = Frame.KeyOf(sent[0].Frame).Destination.Ipv4Be == 0x0b00000a;
        Assert.Equal(SmallLines.Select(l => l.Replace("TARGET", toFirst ? "1" : "2", StringComparison.Ordinal)),
            replayed.Lines);
        Assert.Equal(9, sent.Count);
        Assert.Equal(1_700_000_000_124_456_789, sent[0].TimeNs);
        Assert.All(sent, one => Frame.ExpectRightChecksums(one.Frame));
        Assert.All(sent, one => Assert.Equal([2, 0, 0, 0, 0, 1], one.Frame[6..12]));
        Assert.Equal([2, 0, 0, 0, 0, (byte)(toFirst ? 0x0b : 0x0c)], sent[0].Frame[..6]);
        Assert.Equal([2, 0, 0, 0, 0, 0xfe], sent[1].Frame[..6]);
        Assert.Equal(Frame.Key(Ends.Vip, 80, "192.0.2.9", 40_000), Frame.KeyOf(sent[4].Frame));
        Assert.Equal(Frame.KeyOf(sent[0].Frame), Frame.KeyOf(sent[3].Frame));
        Assert.Equal(63, sent[0].Frame[22]);
        Assert.Contains("15 frames: 3 passed, 9 forwarded, 1 drop_ttl", replayed.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flow_is_forgotten_by_the_time_of_the_capture()
    {
        using var capture = new CaptureMaker(Sample.Config);
        byte[] syn = capture.Add(Ends.Client(40_000, TcpFlags.Syn).ToNode())!;
        capture.Add(Ends.Answer(syn, TcpFlags.Syn | TcpFlags.Ack).ToNode());
        capture.Add(Ends.Client(40_000).ToNode());
        Assert.NotNull(capture.Add(Ends.Client(40_000).ToNode(), afterMs: 349_000));
        Assert.Null(capture.Add(Ends.Client(40_000).ToNode(), afterMs: 360_000));
        const double YearMs = 365.0 * 86_400_000;
        Assert.NotNull(capture.Add(Ends.Client(40_000, TcpFlags.Syn).ToNode(), afterMs: YearMs));
        Replayed replayed = Replayed.Run(Sample.Config, useXdp: false, capture.File);
        Assert.Equal(
            ["new", "hit", "hit", "hit", null, "new"],
            replayed.Lines.Select(line => (string?)System.Text.Json.Nodes.JsonNode.Parse(line)!["flow"]));
    }

    [Fact]
    public void Time_that_goes_back_is_told_and_does_no_harm()
    {
        using var capture = new CaptureMaker(Sample.Config);
        capture.Add(Ends.Client(40_000, TcpFlags.Syn).ToNode());
        capture.Add(Ends.Client(40_001, TcpFlags.Syn).ToNode(), afterMs: -5_000);
        Replayed replayed = Replayed.Run(Sample.Config, useXdp: false, capture.File);
        Assert.Equal(2, replayed.Sent().Count);
        Assert.Contains("1 frames are older than one before them", replayed.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public void Source_ports_begin_where_the_configuration_says()
    {
        using var capture = new CaptureMaker(Sample.Config);
        for (ushort port = 50_000; port < 50_003; port++)
            capture.Add(Ends.Client(port, TcpFlags.Syn).ToNode());
        Replayed replayed = Replayed.Run(
            Sample.Config with { SnatPorts = new() { First = 7_000, Last = 7_100, Begin = 7_099 } }, useXdp: false,
            capture.File);
        Assert.Equal(
            [7_099, 7_100, 7_000],
            replayed.Sent().Select(sent => FrameText.Port(Frame.KeyOf(sent.Frame).SourcePortBe)));
    }

    [Fact]
    public void Frames_to_any_MAC_address_are_taken_when_the_configuration_says_so()
    {
        using var capture = new CaptureMaker(Sample.Config);
        capture.Add(Ends.Client(40_000, TcpFlags.Syn).Bytes() is var frame && (frame[5] = 9) == 9 ? frame : []);
        Assert.Empty(Replayed.Run(Sample.Config, useXdp: false, capture.File).Sent());
        Assert.Single(Replayed.Run(Sample.Config with { AnyMac = true }, useXdp: false, capture.File).Sent());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_neighbour_whose_MAC_address_is_not_told_gets_nothing(bool useXdp)
    {
        Assert.SkipUnless(!useXdp || RootOnly.Met, RootOnly.Reason);
        using var capture = new CaptureMaker(Sample.Config);
        capture.Add(Ends.Client(40_000, TcpFlags.Syn).ToNode());
        Replayed replayed = Replayed.Run(Sample.Config with { Neighbours = [] }, useXdp, capture.File);
        Assert.Contains("drop_next_hop_unresolved", Assert.Single(replayed.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_SYN_beyond_a_limit_is_challenged_and_who_answers_is_let_in(bool useXdp)
    {
        Assert.SkipUnless(!useXdp || RootOnly.Met, RootOnly.Reason);
        HpdpConfig config = Sample.Config with
        {
            Vips = [.. Sample.Config.Vips.Select(vip => vip with { NewFlows = new NewFlowsConfig { PerVip = 1 } })],
        };
        using var capture = new CaptureMaker(config);
        capture.Add(Ends.Client(40_000, TcpFlags.Syn).ToNode());
        byte[] challenge = capture.Add(Ends.Client(40_001, TcpFlags.Syn).ToNode())!;
        EthernetView.TryRead(challenge, out EthernetView ethernet);
        IpView.TryRead(ethernet, out IpView ip);
        TcpView.TryRead(ip.Payload, out TcpView tcp);
        capture.Add((Ends.Client(40_001, TcpFlags.Rst) with { Sequence = tcp.Acknowledgement }).ToNode());
        capture.Add(Ends.Client(40_001, TcpFlags.Syn).ToNode());
        Replayed replayed = Replayed.Run(config, useXdp, capture.File);
        Assert.Equal(
            ["forwarded, , new", "challenged, , ", "dropped, challenge_passed, ", "forwarded, , new"],
            replayed.Lines.Select(line => JsonNode.Parse(line)!)
                .Select(line => $"{line["verdict"]}, {line["reason"]}, {line["flow"]}"));
        Assert.Equal(challenge, replayed.Sent()[1].Frame);
    }
}
