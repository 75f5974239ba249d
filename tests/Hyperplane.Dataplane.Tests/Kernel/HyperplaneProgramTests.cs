using System.Buffers.Binary;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Tests.Kernel.TestProgram;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Named frames through the XDP program in the kernel.</summary>
public sealed class HyperplaneProgramTests
{
    private static readonly FlowKey Forward = Key(Client, 40_000, Vip, 80);
    private static readonly FlowKey ForwardOut = Key(Snat, 20_000, Target, 8080);
    private static readonly FlowKey Return = Key(Target, 8080, Snat, 20_000);
    private static readonly FlowKey ReturnOut = Key(Vip, 80, Client, 40_000);
    private static readonly FlowKey UdpForward = Key(Client, 40_000, Vip, 53, 17);
    private static readonly FlowKey UdpForwardOut = Key(Snat, 20_000, Target, 5353, 17);

    public HyperplaneProgramTests() => Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);

    [Fact]
    public void Frames_to_addresses_that_are_not_ours_go_to_the_kernel_untouched()
    {
        using var program = new TestProgram();
        Expect(program, TestFrame.Tcp(Client, 1, "203.0.112.255", 179), XdpVerdict.Pass, PacketCounter.Passed);
        Expect(program, TestFrame.Udp(Client, 1, "198.51.100.16", 3784), XdpVerdict.Pass, PacketCounter.Passed);
        Expect(program, TestFrame.Arp(), XdpVerdict.Pass, PacketCounter.Passed);
        byte[] tagged = TestFrame.Tcp(Client, 40_000, Vip, 80);
        BinaryPrimitives.WriteUInt16BigEndian(tagged.AsSpan(12), 0x8100);
        Expect(program, tagged, XdpVerdict.Pass, PacketCounter.Passed);
    }

    [Fact]
    public void Frames_to_our_addresses_without_a_flow_never_reach_the_kernel()
    {
        using var program = new TestProgram();
        ExpectPunt(program, TestFrame.Tcp(Client, 40_000, Vip, 80));
        ExpectPunt(program, TestFrame.Udp(Client, 40_000, Vip, 53));
        ExpectPunt(program, TestFrame.Ip(Client, Vip, 1, new byte[8]));
        ExpectPunt(program, TestFrame.Ip(Client, Snat, 47, new byte[8]));
    }

    [Fact]
    public void Frames_that_a_switch_floods_to_us_are_not_ours()
    {
        using var program = new TestProgram(ownMac: 0x0000_0605_0403_0201);
        byte[] frame = TestFrame.Tcp(Client, 40_000, Vip, 80);
        for (byte octet = 0; octet < 6; octet++)
            frame[octet] = (byte)(octet + 1);
        ExpectPunt(program, frame);
        for (int octet = 0; octet < 6; octet++)
        {
            frame[octet] ^= 0x40;
            Expect(program, frame, XdpVerdict.Pass, PacketCounter.Passed);
            frame[octet] ^= 0x40;
        }
    }

    [Fact]
    public void A_nodes_tunnelled_frames_to_our_own_address_go_to_the_pipeline_and_all_others_to_the_kernel()
    {
        using var program = new TestProgram();
        byte[] tunnelled = TestFrame.Udp(Client, 50_000, NodeAddress, 6_080, 40);
        new byte[] { 0, 4, 0, 0 }.CopyTo(tunnelled, 42);
        TestFrame.FixChecksums(tunnelled);
        Expect(program, tunnelled, XdpVerdict.Drop, PacketCounter.DropTunnel);
        Assert.Equal(0, program.Program.PeerAddresses.Update(Be(Client), 5u));
        ExpectPunt(program, tunnelled);
        Expect(program, TestFrame.Udp(Client, 6_080, NodeAddress, 6_081, 40), XdpVerdict.Pass, PacketCounter.Passed);
        Expect(program, TestFrame.Udp(Client, 50_000, "10.0.0.2", 6_080), XdpVerdict.Pass, PacketCounter.Passed);
        Expect(program, TestFrame.Tcp(Client, 50_000, NodeAddress, 6_080), XdpVerdict.Pass, PacketCounter.Passed);
        Expect(program, tunnelled[..41], XdpVerdict.Pass, PacketCounter.Passed);
        tunnelled[20] = 0x20;
        Expect(program, tunnelled, XdpVerdict.Pass, PacketCounter.Passed);
    }

    [Fact]
    public void A_frame_cut_at_any_length_is_punted_when_its_destination_is_there_and_passed_when_not()
    {
        using TestProgram program = WithFlows();
        byte[] whole = TestFrame.Tcp(Client, 40_000, Vip, 80, payloadBytes: 30);
        for (int length = 14; length < whole.Length; length++)
        {
            if (length < 34)
                Expect(program, whole[..length], XdpVerdict.Pass, PacketCounter.Passed);
            else
                ExpectPunt(program, whole[..length]);
        }

        Assert.Equal(PacketCounter.Forwarded, program.Run(whole).Counter);
    }

    [Fact]
    public void Tcp_frames_of_a_flow_are_translated_in_both_directions()
    {
        using TestProgram program = WithFlows();
        ExpectForward(
            program,
            TestFrame.Tcp(Client, 40_000, Vip, 80, TestFrame.Ack | TestFrame.Psh, 100),
            TestFrame.Tcp(Snat, 20_000, Target, 8080, TestFrame.Ack | TestFrame.Psh, 100, ttl: 63),
            XdpVerdict.Transmit);
        ExpectForward(
            program,
            TestFrame.Tcp(Target, 8080, Snat, 20_000, payloadBytes: 1_400),
            TestFrame.Tcp(Vip, 80, Client, 40_000, payloadBytes: 1_400, ttl: 63),
            XdpVerdict.Redirect);
    }

    [Fact]
    public void Udp_frames_keep_a_checksum_of_zero_and_get_a_right_one_otherwise()
    {
        using TestProgram program = WithFlows();
        byte[] frame = TestFrame.Udp(Client, 40_000, Vip, 53);
        byte[] expected = TestFrame.Udp(Snat, 20_000, Target, 5353, ttl: 63);
        ExpectForward(program, frame, expected, XdpVerdict.Transmit);
        frame[40] = frame[41] = expected[40] = expected[41] = 0;
        ExpectForward(program, frame, expected, XdpVerdict.Transmit);
    }

    [Fact]
    public void A_udp_checksum_that_comes_out_as_zero_is_sent_as_its_other_form()
    {
        using TestProgram program = WithFlows();
        byte[] expected = TestFrame.Udp(Snat, 20_000, Target, 5353, ttl: 63);
        byte[] frame = TestFrame.Udp(Client, 40_000, Vip, 53);
        // A payload word that takes up the rest makes the outgoing sum all ones, whose complement is 0.
        ushort rest = BinaryPrimitives.ReadUInt16BigEndian(expected.AsSpan(40));
        uint word = BinaryPrimitives.ReadUInt16BigEndian(expected.AsSpan(42)) + (uint)rest;
        BinaryPrimitives.WriteUInt16BigEndian(expected.AsSpan(42), (ushort)((word & 0xffff) + (word >> 16)));
        expected.AsSpan(42, 2).CopyTo(frame.AsSpan(42));
        TestFrame.FixChecksums(expected);
        TestFrame.FixChecksums(frame);
        Assert.Equal(0xffff, BinaryPrimitives.ReadUInt16BigEndian(expected.AsSpan(40)));
        ExpectForward(program, frame, expected, XdpVerdict.Transmit);
    }

    [Fact]
    public void Ethernet_padding_stays_behind_the_packet()
    {
        using TestProgram program = WithFlows();
        byte[] frame = [.. TestFrame.Tcp(Client, 40_000, Vip, 80, payloadBytes: 1), 9, 8, 7, 6, 5];
        byte[] expected = [.. TestFrame.Tcp(Snat, 20_000, Target, 8080, payloadBytes: 1, ttl: 63), 9, 8, 7, 6, 5];
        ExpectForward(program, frame, expected, XdpVerdict.Transmit);
    }

    [Theory]
    [InlineData(TestFrame.Syn)]
    [InlineData(TestFrame.Syn | TestFrame.Ack)]
    [InlineData(TestFrame.Fin)]
    [InlineData(TestFrame.Fin | TestFrame.Rst | TestFrame.Ack)]
    [InlineData(TestFrame.Rst)]
    [InlineData(TestFrame.Rst | TestFrame.Ack)]
    [InlineData(0)]
    [InlineData(TestFrame.Psh)]
    public void Segments_that_may_change_a_flow_go_to_the_pipeline(byte flags)
    {
        using TestProgram program = WithFlows();
        ExpectPunt(program, TestFrame.Tcp(Client, 40_000, Vip, 80, flags));
    }

    [Fact]
    public void A_fin_is_forwarded_and_told_of_once_and_goes_to_the_pipeline_when_nobody_listens()
    {
        using TestProgram program = WithFlows();
        byte[] fin = TestFrame.Tcp(Client, 40_000, Vip, 80, TestFrame.Fin | TestFrame.Ack, payloadBytes: 10);
        BinaryPrimitives.WriteUInt32BigEndian(fin.AsSpan(38), uint.MaxValue - 5);
        BinaryPrimitives.WriteUInt32BigEndian(fin.AsSpan(42), 77);
        TestFrame.FixChecksums(fin);
        Assert.Equal(PacketCounter.Forwarded, program.Run(fin).Counter);
        Assert.True(program.Flows.TryTakeFin(0, out FlowFin told));
        Assert.Equal(new FlowFin(Key(Client, 40_000, Vip, 80), 5, 77), told);
        Assert.False(program.Flows.TryTakeFin(0, out _));

        int forwarded = 0;
        PacketCounter last = PacketCounter.Forwarded;
        for (; last == PacketCounter.Forwarded && forwarded < 100_000; forwarded++)
            last = program.Run(fin).Counter;
        Assert.Equal(PacketCounter.DropNoSocket, last);
        Assert.InRange(forwarded, 10_000, 20_000);
        int seen = 0;
        while (program.Flows.TryTakeFin(0, out told))
            seen++;
        Assert.Equal(forwarded - 1, seen);
        Assert.Equal(PacketCounter.Forwarded, program.Run(fin).Counter);
        Assert.True(program.Flows.TryTakeFin(0, out told));
    }

    [Fact]
    public void A_flow_that_is_logged_is_counted_by_itself_from_its_begin_to_its_end()
    {
        using var program = new TestProgram();
        FlowEntry entry = Entry(Forward, ForwardOut, targetSlot: 5);
        byte[] frame = TestFrame.Tcp(Client, 40_000, Vip, 80, payloadBytes: 10);
        Assert.True(program.Flows.TryInstall(Forward, entry));
        program.Run([.. frame]);
        Assert.False(program.Flows.TryTakeCount(Forward, out _, out _));

        entry.IsLogged = true;
        Assert.Equal((5, 0), (entry.TargetSlot, entry.Home));
        Assert.True(program.Flows.TryBeginCount(Forward));
        Assert.True(program.Flows.TryInstall(Forward, entry));
        for (int i = 0; i < 3; i++)
            Assert.Equal(PacketCounter.Forwarded, program.Run([.. frame]).Counter);
        Assert.True(program.Flows.TryTakeCount(Forward, out ulong packets, out ulong bytes));
        Assert.Equal((3ul, 3ul * (ulong)frame.Length), (packets, bytes));
        // What is still on its way is forwarded and counted for the listener alone.
        Assert.Equal(PacketCounter.Forwarded, program.Run([.. frame]).Counter);
        Assert.False(program.Flows.TryTakeCount(Forward, out _, out _));
        Assert.Equal(5ul, program.Program.Targets.Read(10).Packets);
    }

    [Fact]
    public void Flows_beyond_the_room_for_counts_are_told_so()
    {
        using var program = new TestProgram(flowEntries: 256);
        int begun = 0;
        while (begun < 1_000 && program.Flows.TryBeginCount(Key(Client, 1 + begun, Vip, 80)))
            begun++;
        Assert.InRange(begun, 64, 999);
    }

    [Fact]
    public void A_fin_is_told_of_to_the_pipeline_that_the_entry_names()
    {
        using var program = new TestProgram(pipelines: 2);
        FlowEntry entry = Entry(Forward, ForwardOut, counterSlot: 6, targetSlot: 5);
        byte[] fin = TestFrame.Tcp(Client, 40_000, Vip, 80, TestFrame.Fin | TestFrame.Ack);
        foreach (int home in new[] { 1, 0 })
        {
            entry.Home = home;
            Assert.True(program.Flows.TryInstall(Forward, entry));
            Assert.Equal(PacketCounter.Forwarded, program.Run([.. fin]).Counter);
            Assert.False(program.Flows.TryTakeFin(1 - home, out _));
            Assert.True(program.Flows.TryTakeFin(home, out FlowFin told));
            Assert.Equal(Forward, told.Key);
            Assert.True(program.Flows.TryRead(Forward, out FlowEntry read));
            Assert.Equal((home, 5), (read.Home, read.TargetSlot));
        }
        // A pipeline that is not there is told nothing.
        entry.Home = 2;
        Assert.True(program.Flows.TryInstall(Forward, entry));
        ExpectPunt(program, fin);
    }

    [Fact]
    public void Options_fragments_and_headers_that_contradict_themselves_go_to_the_pipeline()
    {
        using TestProgram program = WithFlows();
        ExpectPunt(program, Changed(frame => frame[14] = 0x46));
        ExpectPunt(program, Changed(frame => frame[14] = 0x44));
        ExpectPunt(program, Changed(frame => frame[14] = 0x65));
        ExpectPunt(program, Changed(frame => frame[20] = 0x20));
        ExpectPunt(program, Changed(frame => frame[21] = 0x01));
        ExpectPunt(program, Changed(frame => frame[17]++));
        ExpectPunt(program, Changed(frame => (frame[16], frame[17]) = (0, 19)));
        ExpectPunt(program, Changed(frame => (frame[16], frame[17]) = (0, 39)));
        ExpectPunt(program, Changed(frame => frame[46] = 4 << 4));
        ExpectPunt(program, Changed(frame => frame[46] = 8 << 4));
        byte[] wrong = Changed(_ => { });
        wrong[24] ^= 1;
        ExpectPunt(program, wrong);
        byte[] udp = TestFrame.Udp(Client, 40_000, Vip, 53);
        foreach (byte length in new byte[] { 7, 27 })
        {
            udp[39] = length;
            ExpectPunt(program, udp);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void A_frame_of_a_flow_whose_time_to_live_is_over_is_dropped(byte ttl)
    {
        using TestProgram program = WithFlows();
        Expect(program, TestFrame.Tcp(Client, 40_000, Vip, 80, ttl: ttl), XdpVerdict.Drop, PacketCounter.DropTtl);
        ExpectPunt(program, TestFrame.Tcp(Client, 40_001, Vip, 80, ttl: ttl));
    }

    [Theory]
    [InlineData(Unresolved)]
    [InlineData(4_095)]
    [InlineData(4_096)]
    public void A_next_hop_that_is_not_known_drops_by_name(int hop)
    {
        using var program = new TestProgram();
        Assert.True(program.Flows.TryInstall(Forward, Entry(Forward, ForwardOut, hop)));
        Expect(program, TestFrame.Tcp(Client, 40_000, Vip, 80), XdpVerdict.Drop, PacketCounter.DropNextHopUnresolved);
    }

    [Fact]
    public void Forwarding_stamps_the_entry_and_counts_for_listener_and_target()
    {
        using TestProgram program = WithFlows();
        long before = TimeProvider.System.GetTimestamp();
        byte[] frame = TestFrame.Tcp(Client, 40_000, Vip, 80);
        program.Run(frame);
        program.Run(frame);
        long after = TimeProvider.System.GetTimestamp();
        Assert.True(program.Flows.TryRead(Forward, out FlowEntry entry));
        const long CoarseTickNs = 10_000_000;
        const long UnitNs = 1 << 20;
        Assert.InRange(entry.SeenNs(after), before - CoarseTickNs - UnitNs, after);
        Assert.Equal(new ListenerCount(2, 2 * (ulong)frame.Length), program.Program.Targets.Read(10));
        Assert.Equal(default, program.Program.Targets.Read(11));
        Assert.Equal(new ListenerCount(2, 2 * (ulong)frame.Length), program.Program.Listeners.Read(6));
        Assert.Equal(default, program.Program.Listeners.Read(7));
    }

    [Theory]
    [InlineData(ListenerSlots)]
    [InlineData(uint.MaxValue)]
    public void A_counter_slot_out_of_range_forwards_without_counting(uint slot)
    {
        using var program = new TestProgram();
        int targetSlot = slot == uint.MaxValue ? -1 : TargetSlots / 2;
        program.Flows.TryInstall(Forward, Entry(Forward, ForwardOut, counterSlot: slot, targetSlot: targetSlot));
        Assert.Equal(PacketCounter.Forwarded, program.Run(TestFrame.Tcp(Client, 40_000, Vip, 80)).Counter);
        Assert.Equal(default, program.Program.Listeners.Read(slot));
        for (uint i = 0; i < ListenerSlots; i++)
            Assert.Equal(default, program.Program.Listeners.Read(i));
        for (uint i = 0; i < TargetSlots; i++)
            Assert.Equal(default, program.Program.Targets.Read(i));
    }

    [Fact]
    public void Our_frames_are_dropped_while_any_pipeline_is_silent_and_others_still_pass()
    {
        using var program = new TestProgram(stallTimeoutMs: 60_000, pipelines: 2);
        Assert.True(program.Flows.TryInstall(Forward, Entry(Forward, ForwardOut)));
        byte[] frame = TestFrame.Tcp(Client, 40_000, Vip, 80);
        long now = TimeProvider.System.GetTimestamp();
        Expect(program, frame, XdpVerdict.Drop, PacketCounter.DropAgentStalled);
        program.Program.Heartbeats.Beat(0, now);
        Expect(program, frame, XdpVerdict.Drop, PacketCounter.DropAgentStalled);
        program.Program.Heartbeats.Beat(1, now + 1_000_000_000);
        Assert.Equal(PacketCounter.Forwarded, program.Run(frame).Counter);
        program.Program.Heartbeats.Beat(1, now - 61_000_000_000);
        Expect(program, frame, XdpVerdict.Drop, PacketCounter.DropAgentStalled);
        Expect(program, TestFrame.Udp(Client, 1, Snat, 1), XdpVerdict.Drop, PacketCounter.DropAgentStalled);
        Expect(program, TestFrame.Tcp(Client, 1, "10.9.9.9", 179), XdpVerdict.Pass, PacketCounter.Passed);
        Assert.Equal(now, program.Program.Heartbeats.LastBeatNs(0));
    }

    private static TestProgram WithFlows()
    {
        var program = new TestProgram();
        Assert.True(program.Flows.TryInstall(Forward, Entry(Forward, ForwardOut, counterSlot: 6, targetSlot: 5)));
        Assert.True(program.Flows.TryInstall(Return, Entry(Return, ReturnOut, OtherInterface, 7)));
        Assert.True(program.Flows.TryInstall(UdpForward, Entry(UdpForward, UdpForwardOut)));
        return program;
    }

    /// <summary>A TCP frame of the flow with something changed and its header checksum made right again.</summary>
    private static byte[] Changed(Action<byte[]> change)
    {
        byte[] frame = TestFrame.Tcp(Client, 40_000, Vip, 80);
        change(frame);
        TestFrame.FixIpChecksum(frame);
        return frame;
    }

    private static void ExpectForward(TestProgram program, byte[] frame, byte[] expected, XdpVerdict verdict)
    {
        (XdpVerdict given, byte[] left, PacketCounter counter) = program.Run(frame);
        Assert.Equal(verdict, given);
        Assert.Equal(PacketCounter.Forwarded, counter);
        Dataplane.Io.NextHop hop = Hops[verdict == XdpVerdict.Transmit ? SameInterface : OtherInterface];
        Assert.Equal(hop.DestinationMac, BinaryPrimitives.ReadUInt64LittleEndian(left) & 0xffff_ffff_ffff);
        Assert.Equal(hop.SourceMac, BinaryPrimitives.ReadUInt64LittleEndian(left.AsSpan(6)) & 0xffff_ffff_ffff);
        Assert.Equal(expected[12..], left[12..]);
        Assert.True(TestFrame.ChecksumsRight(left));
    }

    private static void ExpectPunt(TestProgram program, byte[] frame) =>
        Expect(program, frame, XdpVerdict.Drop, PacketCounter.DropNoSocket);

    private static void Expect(TestProgram program, byte[] frame, XdpVerdict verdict, PacketCounter counter)
    {
        (XdpVerdict given, byte[] left, PacketCounter counted) = program.Run(frame);
        Assert.Equal((verdict, counter), (given, counted));
        Assert.Equal(frame, left);
    }
}
