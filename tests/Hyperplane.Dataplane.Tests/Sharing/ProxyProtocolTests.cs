using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;
using static Hyperplane.Dataplane.Tests.Sharing.ProxiedBench;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>A target gets the proxy protocol header before the client's first octet, and each end sees one whole
/// connection.</summary>
public sealed class ProxyProtocolTests
{
    private static string HeaderOf(FlowKey forward)
    {
        var header = new byte[ProxyHeader.BytesOf(forward)];
        ProxyHeader.Write(header, forward);
        return Convert.ToHexString(header);
    }

    private static byte[] Timestamps(uint value, uint echo) =>
        [1, 1, 8, 10, .. BitConverter.GetBytes(value).Reverse(), .. BitConverter.GetBytes(echo).Reverse()];

    [Theory]
    [InlineData(5_000u, Bench.Client)]
    [InlineData(0u, Bench.Client)]
    [InlineData(27u, Bench.Client)]
    [InlineData(28u, Bench.Client)]
    [InlineData(uint.MaxValue, Bench.Client)]
    [InlineData(0x8000_0000u, Bench.Client)]
    [InlineData(5_000u, Bench.Client6)]
    [InlineData(51u, Bench.Client6)]
    [InlineData(uint.MaxValue, Bench.Client6)]
    public void The_header_ends_the_handshake_and_fills_the_numbers_up_to_the_clients_first_octet(
        uint sequence, string client)
    {
        using var bench = new ProxiedBench(sequence, client);
        Assert.Equal(bench.HeaderFirst - 1, bench.Open().Sequence);
        Sent synAck = bench.Accept();
        Assert.Equal(Syn | Ack, synAck.Flags);
        Assert.Equal((bench.First, TargetFirst - 1), (synAck.Acknowledgement, synAck.Sequence));

        Sent header = bench.Give(bench.Client(Ack, bench.First));
        Assert.Equal((bench.HeaderFirst, TargetFirst), (header.Sequence, header.Acknowledgement));
        Assert.Equal((Ack | Psh, (ushort)512), (header.Flags, header.Window));
        Assert.Equal(HeaderOf(bench.Forward), header.Payload);
        Assert.Equal(FlowState.HeaderSent, bench.State);
        Assert.Equal(0, bench.Node.Cache.Count);

        Sent greeting = bench.Give(bench.Target(Ack | Psh, bench.First) with { Payload = [1, 2, 3] });
        Assert.Equal("010203", greeting.Payload);
        Assert.Equal((bench.First, TargetFirst), (greeting.Acknowledgement, greeting.Sequence));
        Assert.Equal(FlowState.Established, bench.State);
        Assert.Equal(2, bench.Node.Cache.Count);
        Sent data = bench.Give(bench.Client(Ack | Psh, bench.First, TargetFirst + 3) with { Payload = [4] });
        Assert.Equal((bench.First, TargetFirst + 3, "04"), (data.Sequence, data.Acknowledgement, data.Payload));
        Assert.Equal(1ul, bench.Node.Count(PacketCounter.HeaderSent));
        Assert.Equal(1ul, bench.Node.Count(PacketCounter.Absorbed));
    }

    [Fact]
    public void Once_the_header_is_acknowledged_the_cache_has_a_plain_translation()
    {
        using var bench = new ProxiedBench();
        bench.Establish();
        Assert.True(bench.Node.Cache.TryRead(bench.Forward, out FlowEntry entry));
        Assert.False(entry.IsTunnelled);
    }

    [Fact]
    public void A_client_that_speaks_first_is_not_kept_waiting()
    {
        using var bench = new ProxiedBench();
        bench.Open();
        bench.Accept();
        List<Sent> sent = bench.GiveAll(bench.Client(Ack | Psh, bench.First) with { Payload = [7, 8] });
        Assert.Equal([bench.HeaderFirst, bench.First], sent.Select(segment => segment.Sequence));
        Assert.Equal("0708", sent[1].Payload);
        Assert.Equal(bench.First + 2, bench.Give(bench.Client(Ack, bench.First + 2)).Sequence);
        Assert.Equal(bench.First + 2, bench.Give(bench.Target(Ack, bench.First + 2)).Acknowledgement);
        Assert.Equal(FlowState.Established, bench.State);
    }

    [Fact]
    public void The_header_speaks_with_the_clients_timestamps_and_window_each_time()
    {
        using var bench = new ProxiedBench();
        bench.Open();
        bench.Accept();
        Sent header = bench.Give(bench.Client(Ack, bench.First) with { TcpOptions = Timestamps(0x11223344, 77) });
        Assert.Equal("0101080A11223344" + "0000004D", header.Options);
        byte[] again = Assert.Single(bench.Node.Pass(0.2));
        Assert.Equal(header, Sent.Of(again));
    }

    [Fact]
    public void A_header_without_answer_is_sent_again_at_doubling_intervals_until_both_ends_get_a_reset()
    {
        using var bench = new ProxiedBench();
        bench.Begin();
        var times = new List<int>();
        List<Sent> last = [];
        for (int tenths = 1; tenths <= 128; tenths++)
        {
            last = [.. bench.Node.Pass(0.1).Select(Sent.Of)];
            if (tenths < 128 && last.Count > 0)
            {
                times.Add(tenths);
                Assert.Equal(HeaderOf(bench.Forward), Assert.Single(last).Payload);
            }
        }
        Assert.Equal([2, 4, 8, 16, 32, 64], times);
        Assert.Equal(
            [(Rst, bench.HeaderFirst), (Rst, TargetFirst)], last.Select(reset => (reset.Flags, reset.Sequence)));
        Assert.Null(bench.State);
        Assert.Empty(bench.Node.Pass(10));
    }

    [Fact]
    public void An_acknowledged_header_is_not_sent_again()
    {
        using var bench = new ProxiedBench();
        bench.Establish();
        Assert.Empty(bench.Node.Pass(20));
        Assert.Equal(FlowState.Established, bench.State);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(27u)]
    public void What_is_acknowledged_inside_the_header_is_the_first_octet_to_the_client(uint taken)
    {
        using var bench = new ProxiedBench();
        bench.Begin();
        byte[] sack = [1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4];
        Sent seen = bench.Give(bench.Target(Ack, bench.HeaderFirst + taken) with { TcpOptions = sack });
        Assert.Equal((bench.First, string.Concat(Enumerable.Repeat("01", 20))), (seen.Acknowledgement, seen.Options));
        Assert.Equal(FlowState.HeaderSent, bench.State);
    }

    [Fact]
    public void Selective_acknowledgements_behind_the_header_pass_as_they_are()
    {
        using var bench = new ProxiedBench();
        bench.Begin();
        byte[] sack = [1, 1, 5, 10, 0, 0, 0x17, 0x70, 0, 0, 0x1b, 0x58];
        Frame selective = bench.Target(Ack, bench.First) with { TcpOptions = sack };
        Assert.Equal(Convert.ToHexString(sack), bench.Give(selective).Options);
        Assert.Equal(Convert.ToHexString(sack), bench.Give(selective).Options);
    }

    [Theory]
    [InlineData(1_000, 972)]
    [InlineData(28, 0)]
    [InlineData(5, 0)]
    public void The_header_takes_its_part_of_the_targets_first_window(ushort window, ushort left)
    {
        using var bench = new ProxiedBench();
        bench.Open();
        Frame synAck = bench.Target(Syn | Ack, bench.HeaderFirst, TargetFirst - 1) with { Window = window };
        Assert.Equal(left, bench.Accept(synAck).Window);
    }

    [Theory]
    [InlineData(Bench.Client, 1)]
    [InlineData(Bench.Client, 100)]
    [InlineData(Bench.Client6, 33)]
    public void Data_of_a_syn_waits_for_the_header(string client, int bytes)
    {
        using var bench = new ProxiedBench(client: client);
        var data = new byte[bytes];
        new Random(1).NextBytes(data);
        Sent syn = bench.Open(bench.Client(Syn, bench.First - 1) with { Payload = data, TcpOptionBytes = 8 });
        Assert.Equal((bench.HeaderFirst - 1, Syn, ""), (syn.Sequence, syn.Flags, syn.Payload));
        Assert.Equal(bench.First, bench.Accept().Acknowledgement);
    }

    [Fact]
    public void A_wrong_checksum_stays_wrong()
    {
        using var bench = new ProxiedBench();
        byte[] syn = (bench.Client(Syn, bench.First - 1) with { Payload = [1, 2, 3] }).Bytes();
        syn[^1] ^= 0x10;
        byte[] sent = Assert.Single(bench.Node.Give(syn));
        Assert.Throws<Xunit.Sdk.EqualException>(() => Frame.ExpectRightChecksums(sent));
    }

    [Fact]
    public void An_acknowledgement_of_another_syn_is_not_made_right()
    {
        using var bench = new ProxiedBench();
        bench.Open();
        Assert.Equal(777u, bench.Give(bench.Target(Syn | Ack, 777, TargetFirst - 1)).Acknowledgement);
        Assert.Equal(bench.HeaderFirst, bench.Give(bench.Client(Ack, bench.First)).Sequence);
    }

    [Fact]
    public void A_target_that_acknowledges_a_header_before_it_was_sent_gets_it_all_the_same()
    {
        using var bench = new ProxiedBench();
        bench.Open();
        bench.Give(bench.Target(Ack, bench.First));
        bench.Accept();
        bench.Give(bench.Target(Ack, bench.First));
        Assert.Equal(FlowState.SynAckSeen, bench.State);
        Assert.Equal(bench.HeaderFirst, bench.Give(bench.Client(Ack, bench.First)).Sequence);
        bench.Give(bench.Target(Ack, bench.First + (2 << 20)));
        Assert.Equal(FlowState.HeaderSent, bench.State);
    }

    [Theory]
    [InlineData("10.0.0.6", Bench.Client6, 52)]
    [InlineData("2001:db8:a::1", Bench.Client, 28)]
    public void The_header_names_the_clients_family_whatever_the_targets(string target, string client, int bytes)
    {
        using var bench = new SharedBench();
        DataplaneModel model = ProxiedBench.Model();
        bench.Use(model with
        {
            TargetGroups =
            [
                .. model.TargetGroups.Select(group => group with { Targets = [Bench.Target(10 + group.Id, target)] }),
            ],
        });
        string vip = client == Bench.Client ? Bench.Vip : Bench.Vip6;
        Frame syn = new(client, 9, vip, 80) { Flags = Syn, Sequence = 5_000, Payload = [1, 2, 3] };
        byte[] opened = Assert.Single(bench.Give(syn));
        Assert.Equal((5_000u - (uint)bytes, ""), (Sent.Of(opened).Sequence, Sent.Of(opened).Payload));
        bench.Answer(FlowAnswerKind.Won, bench.Request(FlowRequestKind.Insert).Record with { Epoch = 1 });
        byte[] answer = Assert.Single(bench.Give(SharedBench.Reply(opened, Syn | Ack, 90_000, 5_001 - (uint)bytes)));
        Assert.Equal(5_001u, Sent.Of(answer).Acknowledgement);
        byte[] header = Assert.Single(bench.Give(
            syn with { Flags = Ack, Sequence = 5_001, Acknowledgement = 90_001, Payload = [] }));
        Assert.Equal(target, Sent.Of(header).Key.Destination.ToString());
        Assert.Equal(HeaderOf(syn.Key()), Sent.Of(header).Payload);
        byte[] taken = Assert.Single(bench.Give(SharedBench.Reply(opened, Ack, 90_001)));
        Assert.Equal(5_001u, Sent.Of(taken).Acknowledgement);
        Assert.Equal(2, bench.Cache.Count);
        bench.ExpectTrueCounts();
    }

    [Fact]
    public void A_repeated_syn_and_a_repeated_answer_are_shaped_alike_and_the_acknowledgement_passes_once_more()
    {
        using var bench = new ProxiedBench();
        bench.Open();
        Assert.Equal(bench.HeaderFirst - 1, bench.Give(bench.Client(Syn, bench.First - 1)).Sequence);
        bench.Accept();
        Assert.Equal(bench.First, bench.Accept().Acknowledgement);
        bench.Give(bench.Client(Ack, bench.First));
        Assert.Equal(bench.First, bench.Accept().Acknowledgement);
        Sent again = bench.Give(bench.Client(Ack, bench.First));
        Assert.Equal((bench.First, ""), (again.Sequence, again.Payload));
        Assert.Equal(FlowState.HeaderSent, bench.State);
    }

    [Fact]
    public void A_full_flow_table_lets_the_header_be_acknowledged_later()
    {
        using var bench = new SharedBench(flows: 1);
        bench.Use(ProxiedBench.Model());
        var syns = new List<byte[]>();
        for (ushort port = 1; port <= 2; port++)
        {
            syns.Add(Assert.Single(bench.Give(Bench.Syn(port) with { Sequence = 5_000 })));
            bench.Answer(FlowAnswerKind.Won, bench.Request(FlowRequestKind.Insert).Record with { Epoch = 1 });
            bench.Give(SharedBench.Reply(syns[^1], Syn | Ack, 90_000, 5_001 - 28));
            bench.Give(SharedBench.FromClient(port, Ack));
        }
        FlowKey second = Frame.Key(Bench.Client, 2, Bench.Vip, 80);
        bench.Give(SharedBench.Reply(syns[0], Ack, 90_001, 5_001));
        bench.Give(SharedBench.Reply(syns[1], Ack, 90_001, 5_001));
        Assert.Equal((1, FlowState.HeaderSent), (bench.Flows.Count(FlowPool.Established), bench.State(second)));
        bench.Give(SharedBench.FromClient(1, Rst, 5_001));
        bench.Give(SharedBench.Reply(syns[1], Ack, 90_001, 5_001));
        Assert.Equal(FlowState.Established, bench.State(second));
    }

    [Fact]
    public void An_error_about_the_syn_quotes_what_the_client_sent()
    {
        using var bench = new ProxiedBench();
        bench.Open();
        byte[] error = Unreachable(bench.HeaderFirst - 1, bench.Record);
        byte[] told = Assert.Single(bench.Node.Give(error));
        Assert.Equal(bench.First - 1, BinaryPrimitives.ReadUInt32BigEndian(told.AsSpan(14 + 20 + 8 + 20 + 4)));
    }

    [Fact]
    public void Datagrams_have_no_header()
    {
        using var bench = new ProxiedBench();
        bench.Node.Exchange.Answers.TryWrite(default);
        Frame datagram = Bench.Datagram(9, 1, 2, 3);
        Assert.Empty(bench.Node.Give(datagram));
        FlowRequest request = bench.Node.Request(FlowRequestKind.LookUpQuickly);
        byte[] sent = Assert.Single(bench.Node.Answer(FlowAnswerKind.Absent, request.Key));
        Assert.Equal(14 + 20 + 8 + 3, sent.Length);
        Assert.Equal(0ul, bench.Node.Count(PacketCounter.HeaderSent));
    }

    private static byte[] Unreachable(uint sequence, FlowRecord record)
    {
        var quoted = new Frame(
            record.Snat.ToString(), AddressBytes.Be(record.SnatPortBe),
            record.Target.ToString(), AddressBytes.Be(record.TargetPortBe))
        {
            Flags = Syn, Sequence = sequence, Acknowledgement = 0,
        };
        byte[] message = [3, 1, 0, 0, 0, 0, 0, 0, .. quoted.Bytes()[14..(14 + 28)]];
        MemoryMarshal.Write(message.AsSpan(2), InternetChecksum.Of(message));
        return new Frame("10.0.0.254", 0, record.Snat.ToString(), 0) { Protocol = 1, Payload = message }.Bytes();
    }
}
