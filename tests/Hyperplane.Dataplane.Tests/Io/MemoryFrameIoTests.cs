using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Tests.Io;

public sealed class MemoryFrameIoTests
{
    [Fact]
    public void Frames_come_out_in_order_and_every_buffer_comes_back()
    {
        using var io = new MemoryFrameIo(4, 64);
        var slots = new FrameSlot[3];
        Span<byte> sent = stackalloc byte[64];
        for (byte round = 0; round < 10; round++)
        {
            for (byte i = 0; i < 4; i++)
                Assert.True(io.TryInject([round, i]));
            Assert.False(io.TryInject([0]));
            Assert.Equal(3, io.Receive(slots));
            io.Bytes(slots[0])[1] = 99;
            Assert.True(io.Transmit(slots[0]));
            Assert.True(io.Transmit(slots[1]));
            io.Release(slots[2]);
            Assert.Equal(1, io.Receive(slots));
            io.Release(slots[0]);
            Assert.True(io.TryTakeSent(sent, out int length));
            Assert.Equal([round, 99], sent[..length].ToArray());
            Assert.True(io.TryTakeSent(sent, out length));
            Assert.Equal([round, 1], sent[..length].ToArray());
            Assert.False(io.TryTakeSent(sent, out _));
            Assert.Equal(4, io.FreeFrames);
        }
    }

    [Fact]
    public void A_frame_longer_than_a_buffer_is_refused()
    {
        using var io = new MemoryFrameIo(1, 64);
        Assert.False(io.TryInject(new byte[65]));
        Assert.True(io.TryInject(new byte[64]));
    }

    [Fact]
    public void A_full_transmit_queue_refuses()
    {
        using var io = new MemoryFrameIo(2, 64, transmitLimit: 1);
        io.TryInject([1]);
        io.TryInject([2]);
        var slots = new FrameSlot[2];
        io.Receive(slots);
        Assert.True(io.Transmit(slots[0]));
        Assert.False(io.Transmit(slots[1]));
    }
}
