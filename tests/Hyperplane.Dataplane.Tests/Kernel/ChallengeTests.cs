using System.Buffers.Binary;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.BadInput;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Tests.Kernel.TestProgram;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Sources of SYNs that are asked whether they are there, by the XDP program and by its model.</summary>
public sealed class ChallengeTests : IDisposable
{
    private const string Client6 = "2001:db8:c:1::7";
    private const int AcknowledgementAt = 8;
    private const int FlagsAt = 13;
    private const int Rounds = 400;
    private const int FramesARound = 40;
    private static readonly AdmissionModel OneFlow = new(PerVip: 1, 1, 0, 0, []);

    private readonly TwoGates? _gates;

    public ChallengeTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _gates = new TwoGates();
    }

    public void Dispose() => _gates?.Dispose();

    [Theory]
    [InlineData(Vip, Client)]
    [InlineData(Vip6, Client6)]
    public void Who_answers_the_challenge_of_a_SYN_is_let_in_beyond_the_rate(string vip, string client)
    {
        _gates!.Use(OneFlow, vip);
        Assert.Null(Opens(vip, client, 1));
        (PacketCounter? verdict, byte[] answer) = _gates.Run(Syn(vip, client, 2));
        Assert.Equal(PacketCounter.Challenged, verdict);
        // Until the source answers, nothing about it changes.
        Assert.Equal(PacketCounter.Challenged, Opens(vip, client, 2));
        Assert.Equal(PacketCounter.ChallengePassed, _gates.Run(Reset(answer)).Verdict);
        Assert.Null(Opens(vip, client, 2));
        // What is kept for known sources is bounded, too.
        Assert.Equal(PacketCounter.DropVipRate, Opens(vip, client, 3));
        Assert.Equal(PacketCounter.DropVipRate, _gates.Run(TestFrame.Udp(client, 1, vip, 53)).Verdict);
    }

    [Theory]
    [InlineData(Vip, Client)]
    [InlineData(Vip6, Client6)]
    public void A_challenge_is_a_whole_ACK_no_longer_than_the_SYN(string vip, string client)
    {
        _gates!.Use(OneFlow, vip);
        Opens(vip, client, 1);
        byte[] syn = TestFrame.Tcp(client, 2, vip, 80, TestFrame.Syn, payloadBytes: 0);
        byte[] answer = _gates.Run(syn).Answer;
        Assert.Equal(syn.Length, answer.Length);
        Assert.Equal(syn[..6], answer[6..12]);
        Assert.Equal(syn[6..12], answer[..6]);
        byte[] checkedAgain = [.. answer];
        TestFrame.FixChecksums(checkedAgain);
        Assert.Equal(checkedAgain, answer);
        int at = TestFrame.TransportAt(answer);
        Assert.Equal(TestFrame.Ack, answer[at + FlagsAt]);
        Assert.Equal(TestFrame.Tcp(vip, 80, client, 2, payloadBytes: 0)[at..(at + 4)], answer[at..(at + 4)]);
        Assert.NotEqual(0x01020305u, Acknowledged(answer));
    }

    [Fact]
    public void A_challenge_never_acknowledges_what_the_SYN_carries_nor_anything_after()
    {
        _gates!.Use(OneFlow, Vip);
        Opens(Vip, Client, 1);
        byte[] syn = TestFrame.Tcp(Client, 2, Vip, 80, TestFrame.Syn, payloadBytes: 100);
        uint number = Acknowledged(_gates.Run(syn).Answer);
        foreach (uint before in (uint[])[1, 50, 101, 0x7fffffff])
        {
            byte[] close = Numbered(syn, number - before);
            Assert.Equal(number ^ 0x80000000, Acknowledged(_gates.Run(close).Answer));
        }
        foreach (uint after in (uint[])[1, 50, 0x7fffffff])
            Assert.Equal(number, Acknowledged(_gates.Run(Numbered(syn, number + after)).Answer));
        byte[] last = _gates.Run(Numbered(syn, number)).Answer;
        Assert.Equal(PacketCounter.ChallengePassed, _gates.Run(Reset(last)).Verdict);
    }

    [Fact]
    public void A_number_that_was_guessed_or_meant_for_another_connection_is_a_plain_reset()
    {
        _gates!.Use(OneFlow, Vip);
        Opens(Vip, Client, 1);
        byte[] reset = Reset(_gates.Run(Syn(Vip, Client, 2)).Answer);
        uint number = BinaryPrimitives.ReadUInt32BigEndian(reset.AsSpan(TestFrame.TransportAt(reset) + 4));
        Assert.Null(_gates.Run(Numbered(reset, number + 1)).Verdict);
        foreach (byte[] other in (byte[][])
            [
                TestFrame.Tcp(Client, 3, Vip, 80, TestFrame.Rst, 0),
                TestFrame.Tcp(Client, 2, Vip, 81, TestFrame.Rst, 0),
                TestFrame.Tcp("192.0.2.8", 2, Vip, 80, TestFrame.Rst, 0),
                TestFrame.Tcp(Client, 2, Vip, 80, TestFrame.Rst | TestFrame.Ack, 0),
            ])
            Assert.Null(_gates.Run(Numbered(other, number)).Verdict);
        Assert.Equal(PacketCounter.Challenged, Opens(Vip, Client, 2));
    }

    [Fact]
    public void A_host_of_IPv6_is_known_by_its_network_and_one_of_IPv4_by_its_address()
    {
        _gates!.Use(OneFlow, Vip, Vip6);
        Know(Vip, Client);
        Know(Vip6, Client6);
        Assert.Null(Opens(Vip6, "2001:db8:c:1:ffff::9", 1));
        _gates.Use(OneFlow, Vip, Vip6);
        Opens(Vip, Client, 1);
        Opens(Vip6, Client6, 1);
        Assert.Equal(PacketCounter.Challenged, Opens(Vip6, "2001:db8:c:2::7", 1));
        Assert.Equal(PacketCounter.Challenged, Opens(Vip, "192.0.2.8", 1));
    }

    [Fact]
    public void A_flood_of_sources_that_are_not_there_takes_nothing_from_those_that_are()
    {
        var admission = new AdmissionModel(PerVip: 1, 1, PerTenant: 1, PerSource: 1, []);
        _gates!.Use(admission, Vip);
        Assert.Null(Opens(Vip, "198.18.0.1", 1));
        for (int i = 2; i < 200; i++)
            Assert.Equal(PacketCounter.Challenged, Opens(Vip, $"198.18.0.{i}", 1));
        byte[] answer = _gates.Run(Syn(Vip, Client, 1)).Answer;
        Assert.Equal(PacketCounter.ChallengePassed, _gates.Run(Reset(answer)).Verdict);
        Assert.Null(Opens(Vip, Client, 1));
        Assert.Equal(PacketCounter.DropSourceRate, Opens(Vip, Client, 2));
    }

    [Fact]
    public void Without_challenges_the_same_flood_takes_the_honest_ones_place()
    {
        using var gates = new TwoGates(TwoGates.Settings with { PerSecond = 0 });
        gates.Use(OneFlow, Vip);
        gates.Run(Syn(Vip, "198.18.0.1", 1));
        Assert.Equal(PacketCounter.DropVipRate, gates.Run(Syn(Vip, Client, 1)).Verdict);
        Assert.Null(gates.Run(TestFrame.Tcp(Client, 1, Vip, 80, TestFrame.Rst)).Verdict);
        Assert.Equal(PacketCounter.DropVipRate, gates.Run(Syn(Vip, Client, 1)).Verdict);
    }

    [Fact]
    public void Where_half_open_flows_crowd_sources_are_asked_at_every_VIP_and_nothing_else_is_refused()
    {
        _gates!.Use(null, Vip);
        Assert.Null(Opens(Vip, Client, 1));
        _gates.IsCrowded = true;
        (PacketCounter? verdict, byte[] answer) = _gates.Run(Syn(Vip, Client, 2));
        Assert.Equal(PacketCounter.Challenged, verdict);
        Assert.Null(_gates.Run(TestFrame.Udp(Client, 1, Vip, 53)).Verdict);
        Assert.Null(Opens(Snat, Client, 1));
        Assert.Equal(PacketCounter.ChallengePassed, _gates.Run(Reset(answer)).Verdict);
        Assert.Equal([null, null, null], Enumerable.Range(1, 3).Select(port => Opens(Vip, Client, port)));
        _gates.IsCrowded = false;
        Assert.Null(Opens(Vip, "192.0.2.8", 1));
    }

    [Fact]
    public void Beyond_the_rate_of_challenges_a_SYN_beyond_its_own_rate_is_dropped()
    {
        using var gates = new TwoGates(TwoGates.Settings with { PerSecond = 1 });
        gates.Use(OneFlow, Vip);
        Assert.Equal(
            [null, PacketCounter.Challenged, PacketCounter.DropChallengeRate],
            Enumerable.Range(1, 3).Select(i => gates.Run(Syn(Vip, Client, i)).Verdict));
        // At its VIP that is counted as what it is: beyond the rate of challenges.
        Assert.Equal([0UL, 0, 0, 1], Assert.Single(gates.Program.Program.Refusals.Read()).Value);
        using var crowded = new TwoGates(TwoGates.Settings with { PerSecond = 1 });
        // Within its rates it goes on, as it would without challenges.
        crowded.Use(null, Vip);
        crowded.IsCrowded = true;
        Assert.Equal(
            [PacketCounter.Challenged, null],
            Enumerable.Range(1, 2).Select(i => crowded.Run(Syn(Vip, Client, i)).Verdict));
    }

    [Fact]
    public void A_SYN_of_a_flow_in_the_cache_or_that_is_not_plain_is_never_challenged()
    {
        _gates!.Use(OneFlow, Vip, Vip6);
        Opens(Vip, Client, 1);
        Opens(Vip6, Client6, 1);
        _gates.Establish(Key(Client, 2, Vip, 80), Key(Snat, 9, Target, 80));
        _gates.Establish(Key(Client, 3, Vip, 80), Key(Snat6, 9, "2001:db8:a::5", 80));
        _gates.Establish(Key(Client6, 3, Vip6, 80), Key(Snat6, 9, "2001:db8:a::5", 80));
        Assert.Equal(PacketCounter.DropVipRate, Opens(Vip, Client, 2));
        Assert.Equal(PacketCounter.DropVipRate, Opens(Vip, Client, 3));
        Assert.Equal(PacketCounter.DropVipRate, Opens(Vip6, Client6, 3));
        // Ours, nobody's, about to end: no answer to these.
        foreach (string source in (string[])[Vip, Snat, "127.0.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.1"])
            Assert.Equal(PacketCounter.DropVipRate, Opens(Vip, source, 4));
        foreach (string source in (string[])[Vip6, "fe80::1", "::1"])
            Assert.Equal(PacketCounter.DropVipRate, Opens(Vip6, source, 4));
        foreach (byte flags in (byte[])[TestFrame.Syn | TestFrame.Fin, TestFrame.Syn | TestFrame.Rst])
        {
            byte[] odd = TestFrame.Tcp(Client, 4, Vip, 80, flags);
            Assert.Equal(PacketCounter.DropVipRate, _gates.Run(odd).Verdict);
        }
        byte[] last = TestFrame.Tcp(Client, 4, Vip, 80, TestFrame.Syn, ttl: 1);
        Assert.Equal(PacketCounter.DropVipRate, _gates.Run(last).Verdict);
    }

    [Fact]
    public void A_frame_with_a_tag_is_challenged_with_a_tag()
    {
        const ushort Vlan = 100;
        using var gates = new TestProgram(vlan: Vlan, challenges: TwoGates.Settings);
        _gates!.Use(OneFlow, Vip);
        var maps = new Hyperplane.Dataplane.Kernel.Bpf.AdmissionMaps(
            gates.Program.Admissions, gates.Program.AdmissionTimes, ownNode: 9);
        maps.Use([new VipModel(1, System.Net.IPAddress.Parse(Vip), [])], []);
        gates.Program.Heartbeats.Tell(0, isCrowded: true);
        _gates.Use(null, Vip);
        _gates.IsCrowded = true;
        byte[] syn = Syn(Vip, Client, 1);
        byte[] plain = _gates.Run(syn).Answer;
        byte[] tag = [0x81, 0, 0, (byte)Vlan];
        (_, byte[] left, PacketCounter counter) = gates.Run([.. syn[..12], .. tag, .. syn[12..]]);
        Assert.Equal(PacketCounter.Challenged, counter);
        Assert.Equal([.. plain[..12], .. tag, .. plain[12..]], left);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20_260_102)]
    public void Whatever_comes_both_engines_challenge_the_same_by_the_same_bytes_and_know_the_same(int seed)
    {
        var random = new Random(seed);
        byte[] buffer = new byte[HostileFrames.BufferBytes];
        int challenged = 0, passed = 0, admitted = 0;
        for (int round = 0; round < Rounds; round++)
        {
            _gates!.IsCrowded = random.Next(4) == 0;
            _gates.Use(random.Next(4) == 0 ? null : OneFlow with { PerTenant = (uint)random.Next(2) }, Vip, Vip6);
            List<byte[]> answers = [];
            // A frame that is not whole takes a place before the pipeline refuses it: the model refuses it at once.
            foreach (string vip in (string[])[Vip, Vip6])
                _gates.Run(Syn(vip, vip == Vip ? "198.19.0.1" : "2001:db8:c:ffff::1", 1));
            for (int i = 0; i < FramesARound; i++)
            {
                byte[] frame = Next(random, round, answers);
                if (random.Next(3) == 0)
                {
                    frame.CopyTo(buffer, 0);
                    int length = new HostileFrames(random, [frame]).Mutate(buffer, frame.Length);
                    frame = buffer[..length];
                }
                byte[] judged = [.. frame];
                PacketCounter? verdict = _gates.RunAny(frame);
                Assert.Equal(judged, frame);
                challenged += verdict == PacketCounter.Challenged ? 1 : 0;
                passed += verdict == PacketCounter.ChallengePassed ? 1 : 0;
                admitted += verdict is null ? 1 : 0;
                if (verdict == PacketCounter.Challenged)
                    answers.Add(_gates.LastAnswer);
            }
        }
        Assert.True(Math.Min(challenged, Math.Min(passed, admitted)) > Rounds, $"{challenged} {passed} {admitted}");
    }

    /// <summary>A SYN of a few sources of this round, or an answer to a challenge, mostly the right one.</summary>
    private static byte[] Next(Random random, int round, List<byte[]> answers)
    {
        if (answers.Count > 0 && random.Next(2) == 0)
        {
            byte[] reset = Reset(answers[random.Next(answers.Count)]);
            return random.Next(4) == 0 ? Numbered(reset, (uint)random.Next()) : reset;
        }
        bool isIpv4 = random.Next(2) == 0;
        string client = isIpv4
            ? $"198.18.{round % 200}.{random.Next(1, 8)}"
            : $"2001:db8:c:{round:x}{random.Next(8)}::{random.Next(1, 9)}";
        byte[] syn = TestFrame.Tcp(
            client, random.Next(1, 6), isIpv4 ? Vip : Vip6, 80, TestFrame.Syn, random.Next(0, 40));
        return Numbered(syn, (uint)random.NextInt64(1L << 32));
    }

    private void Know(string vip, string client)
    {
        Opens(vip, client, 60_000);
        byte[] answer = _gates!.Run(Syn(vip, client, 60_001)).Answer;
        Assert.Equal(PacketCounter.ChallengePassed, _gates.Run(Reset(answer)).Verdict);
    }

    private static byte[] Syn(string vip, string client, int port) =>
        TestFrame.Tcp(client, port, vip, 80, TestFrame.Syn);

    private PacketCounter? Opens(string vip, string client, int port) => _gates!.Run(Syn(vip, client, port)).Verdict;

    private static uint Acknowledged(byte[] answer) =>
        BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(TestFrame.TransportAt(answer) + AcknowledgementAt));

    /// <summary>What a TCP that sent a SYN says to a challenge (RFC 9293, section 3.10.7.3).</summary>
    private static byte[] Reset(byte[] challenge)
    {
        EthernetView.TryRead(challenge, out EthernetView ethernet);
        IpView.TryRead(ethernet, out IpView ip);
        TcpView.TryRead(ip.Payload, out TcpView tcp);
        byte[] reset = TestFrame.Tcp(
            $"{ip.Destination}", BinaryPrimitives.ReverseEndianness(tcp.DestinationPortBe), $"{ip.Source}",
            BinaryPrimitives.ReverseEndianness(tcp.SourcePortBe), TestFrame.Rst, payloadBytes: 0);
        return Numbered(reset, tcp.Acknowledgement);
    }

    private static byte[] Numbered(byte[] frame, uint sequence)
    {
        byte[] numbered = [.. frame];
        BinaryPrimitives.WriteUInt32BigEndian(numbered.AsSpan(TestFrame.TransportAt(numbered) + 4), sequence);
        TestFrame.FixChecksums(numbered);
        return numbered;
    }
}
