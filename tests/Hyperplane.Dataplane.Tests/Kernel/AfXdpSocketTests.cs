using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Kernel.Xsk;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Tests.Kernel.TestProgram;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Frames between two namespaces: a plain host on the left, XDP program and AF_XDP socket on the
/// right.</summary>
public sealed class AfXdpSocketTests : IDisposable
{
    private const int Chunks = 64;
    private readonly Wire? _wire;

    public AfXdpSocketTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _wire = new Wire();
    }

    public void Dispose() => _wire?.Dispose();

    [Fact]
    public void Punted_frames_arrive_unchanged_and_what_is_transmitted_leaves()
    {
        using AfXdpSocket socket = _wire!.Open();
        byte[] frame = TestFrame.Tcp(Client, 40_000, Vip, 80, TestFrame.Syn, 1_400);
        _wire.Left.Send(frame);
        FrameSlot slot = TakeOne(socket);
        Assert.Equal(frame, socket.Bytes(slot).ToArray());
        socket.Bytes(slot)[14 + 8] = 17;
        Assert.True(socket.Transmit(slot));
        socket.Flush();
        byte[]? back = _wire.Left.Receive(f => f.Length == frame.Length && f[12] == 8);
        frame[14 + 8] = 17;
        Assert.Equal(frame, back);
        Assert.Equal(1UL, _wire.Count(PacketCounter.Punted));
    }

    [Fact]
    public void Memory_goes_round_whether_frames_are_sent_or_released()
    {
        using AfXdpSocket socket = _wire!.Open();
        for (int i = 0; i < Chunks * 5; i++)
        {
            byte[] frame = TestFrame.Udp(Client, i, Vip, 53);
            _wire.Left.Send(frame);
            FrameSlot slot = TakeOne(socket);
            Assert.Equal(frame, socket.Bytes(slot).ToArray());
            if ((i & 1) == 0)
                Assert.True(socket.Transmit(slot));
            else
                socket.Release(slot);
            socket.Flush();
        }

        Assert.Equal(0UL, socket.ReadStatistics().Lost);
    }

    [Fact]
    public void A_batch_larger_than_the_kernels_budget_is_sent_whole()
    {
        using AfXdpSocket socket = _wire!.Open();
        for (int i = 0; i < Chunks; i++)
            _wire.Left.Send(TestFrame.Udp(Client, i, Vip, 53));
        for (int taken = 0; taken < Chunks; taken++)
            Assert.True(socket.Transmit(TakeOne(socket)));
        socket.Flush();
        for (int i = 0; i < Chunks; i++)
            Assert.NotNull(_wire.Left.Receive(f => f.Length == 60 && f[12] == 8));
    }

    [Fact]
    public void Frames_that_find_no_memory_are_counted()
    {
        const int Extra = 36;
        using AfXdpSocket socket = _wire!.Open();
        for (int i = 0; i < Chunks + Extra; i++)
            _wire.Left.Send(TestFrame.Udp(Client, i, Vip, 53));
        Eventually.Holds(() => _wire.Count(PacketCounter.Punted) == Chunks + Extra);
        Eventually.Holds(() => socket.ReadStatistics().Lost == Extra);
        Assert.True(socket.ReadStatistics().FillRingEmpty >= Extra);
        for (int i = 0; i < Chunks; i++)
            socket.Release(TakeOne(socket));
        Assert.Equal(0, socket.Receive(new FrameSlot[8]));
    }

    [Fact]
    public void A_transmit_ring_that_nobody_empties_answers_false()
    {
        using AfXdpSocket socket = _wire!.Open(transmitRing: 16);
        for (int i = 0; i < 17; i++)
            _wire.Left.Send(TestFrame.Udp(Client, i, Vip, 53));
        var slots = new List<FrameSlot>();
        for (int i = 0; i < 17; i++)
            slots.Add(TakeOne(socket));
        _wire.Right.Ip("link set dev r0 down");
        for (int i = 0; i < 16; i++)
            Assert.True(socket.Transmit(slots[i]));
        Assert.False(socket.Transmit(slots[16]));
        socket.Release(slots[16]);
    }

    [Fact]
    public void A_frame_made_here_leaves_and_its_memory_can_be_taken_again()
    {
        using AfXdpSocket socket = _wire!.Open(spareChunks: 2);
        byte[] frame = TestFrame.Udp(Vip, 53, Client, 7);
        for (int round = 0; round < Chunks * 2; round++)
        {
            FrameSlot slot = default;
            Eventually.Holds(() =>
            {
                socket.Flush();
                return socket.TryTake(frame.Length, out slot);
            });
            frame.CopyTo(socket.Bytes(slot));
            Assert.True(socket.Transmit(slot));
            socket.Flush();
            Assert.NotNull(_wire.Left.Receive(bytes => bytes.AsSpan().SequenceEqual(frame)));
        }
        Assert.False(socket.TryTake(4_097, out _));
        _wire.Left.Send(TestFrame.Udp(Client, 1, Vip, 53));
        socket.Release(TakeOne(socket));
    }

    [Fact]
    public void A_received_frame_grows_at_its_front_by_its_headroom_and_leaves_longer()
    {
        using AfXdpSocket socket = _wire!.Open();
        byte[] frame = TestFrame.Udp(Client, 1, Vip, 53, 600);
        _wire.Left.Send(frame);
        FrameSlot slot = TakeOne(socket);
        FrameSlot same = slot;
        Assert.False(socket.TryGrow(ref same, 257));
        Assert.Equal(slot, same);
        Assert.True(socket.TryGrow(ref slot, 32));
        frame.AsSpan(0, 14).CopyTo(socket.Bytes(slot));
        Assert.True(socket.Transmit(slot));
        socket.Flush();
        byte[]? left = _wire.Left.Receive(bytes => bytes.Length == frame.Length + 32);
        Assert.NotNull(left);
        Assert.Equal(frame, left[32..]);
    }

    [Fact]
    public void A_wake_ends_a_wait_once_also_when_it_came_before_and_after_the_end_it_does_nothing()
    {
        AfXdpSocket socket = _wire!.Open();
        const int Forever = -1;
        socket.Wake();
        socket.Wake();
        socket.Wait(Forever);
        var waker = new Thread(socket.Wake);
        waker.Start();
        socket.Wait(Forever);
        waker.Join();
        socket.Dispose();
        socket.Wake();
    }

    [Fact]
    public void A_closed_socket_frees_its_queue_and_an_open_one_holds_it()
    {
        AfXdpSocket first = _wire!.Open();
        var failure = Assert.Throws<KernelException>(() => _wire.Open());
        Assert.Contains("Another AF_XDP socket holds the queue", failure.Message, StringComparison.Ordinal);
        first.Dispose();
        using AfXdpSocket second = _wire.Open();
        _wire.Left.Send(TestFrame.Udp(Client, 1, Vip, 53));
        second.Release(TakeOne(second));

    }

    [Fact]
    public void A_queue_the_interface_has_not_is_refused_with_advice()
    {
        var failure = Assert.Throws<KernelException>(() => _wire!.Open(queue: 9));
        Assert.Contains("has no such queue", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Moving_frames_allocates_nothing()
    {
        using AfXdpSocket socket = _wire!.Open();
        byte[] frame = TestFrame.Udp(Client, 1, Vip, 53);
        var slots = new FrameSlot[8];
        Round();
        Assert.Equal(0, Allocations.In(100, _ => Round(), before: _ => _wire.Left.Send(frame)));

        void Round()
        {
            socket.Wait(10);
            int count = socket.Receive(slots);
            for (int i = 0; i < count; i++)
            {
                socket.Bytes(slots[i])[0] ^= 1;
                socket.Transmit(slots[i]);
            }

            socket.Flush();
        }
    }

    private static FrameSlot TakeOne(AfXdpSocket socket)
    {
        var slots = new FrameSlot[1];
        Eventually.Holds(() =>
        {
            socket.Wait(100);
            return socket.Receive(slots) == 1;
        });
        return slots[0];
    }

    private sealed class Wire : IDisposable
    {
        private readonly NetworkNamespace _left = NetworkNamespace.Create();
        private readonly TestProgram _program = new();
        private readonly XdpLink _link;

        public Wire()
        {
            NetworkNamespace.Join(_left, "l0", Right, "r0");
            Left = NamespaceThread.Run(_left, () => new RawSocket("l0"));
            _link = NamespaceThread.Run(Right, () =>
                XdpLink.Attach(_program.Program.Descriptor, (int)LibC.InterfaceIndex("r0"), "r0"));
        }

        public NetworkNamespace Right { get; } = NetworkNamespace.Create();

        public RawSocket Left { get; }

        public AfXdpSocket Open(int queue = 0, int transmitRing = 64, int spareChunks = 0)
        {
            var options = new AfXdpOptions
            {
                ChunkCount = Chunks, ReceiveRing = 128, TransmitRing = transmitRing, SpareChunks = spareChunks,
            };
            AfXdpSocket socket = NamespaceThread.Run(
                Right, () => new AfXdpSocket((int)LibC.InterfaceIndex("r0"), queue, options));
            Assert.Equal(0, _program.Program.Sockets.Update((uint)queue, (uint)socket.Descriptor));
            return socket;
        }

        public ulong Count(PacketCounter counter) => _program.Counters()[(int)counter];

        public void Dispose()
        {
            _link.Dispose();
            Left.Dispose();
            _program.Dispose();
            _left.Dispose();
            Right.Dispose();
        }
    }
}
