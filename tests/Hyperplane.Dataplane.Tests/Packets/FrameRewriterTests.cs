using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tests.Packets;

public sealed class FrameRewriterTests
{
    private static readonly NextHop Hop = new(0x0605_0403_0201, 0x1615_1413_1211, 7, 1);

    [Fact]
    public void Addresses_ports_ttl_and_macs_are_written_and_nothing_else()
    {
        byte[] frame = new Frame("10.0.0.1", 1_111, "198.51.100.1", 80) { Payload = [1, 2, 3] }.Bytes();
        FlowKey to = Frame.Key("203.0.113.1", 2_222, "10.9.9.9", 8_080);
        FrameRewriter.Apply(frame, 34, false, FrameRewriter.Translate(Frame.KeyOf(frame), to), Hop);
        byte[] expected = new Frame("203.0.113.1", 2_222, "10.9.9.9", 8_080)
        {
            Payload = [1, 2, 3], TimeToLive = 63,
        }.Bytes();
        new byte[] { 1, 2, 3, 4, 5, 6, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16 }.CopyTo(expected, 0);
        Assert.Equal(expected, frame);
    }

    [Fact]
    public void Random_translations_keep_all_checksums_right()
    {
        var random = new Random(20_261);
        for (int i = 0; i < 50_000; i++)
        {
            bool isUdp = random.Next(2) == 0;
            var source = new Frame(Address(random), Port(random), Address(random), Port(random))
            {
                Protocol = (byte)(isUdp ? 17 : 6),
                Payload = Bytes(random, random.Next(40)),
                TimeToLive = (byte)random.Next(2, 256),
                IpOptionBytes = random.Next(3) * 4,
                UdpChecksum = random.Next(8) != 0,
            };
            byte[] frame = source.Bytes();
            FlowKey to = Frame.Key(Address(random), Port(random), Address(random), Port(random), source.Protocol);
            FlowEntry entry = FrameRewriter.Translate(Frame.KeyOf(frame), to);
            FrameRewriter.Apply(frame, 34 + source.IpOptionBytes, isUdp, entry, Hop);
            Assert.Equal(to, Frame.KeyOf(frame));
            Assert.Equal(source.TimeToLive - 1, frame[22]);
            Frame.ExpectRightChecksums(frame);
            int field = 40 + source.IpOptionBytes;
            if (isUdp)
                Assert.Equal(source.UdpChecksum, (frame[field] | frame[field + 1]) != 0);
        }
    }

    [Fact]
    public void A_udp_checksum_that_becomes_zero_is_sent_as_all_ones()
    {
        // Two bytes of payload are searched until the translated datagram sums to zero.
        bool met = false;
        for (int value = 0; value <= ushort.MaxValue && !met; value++)
        {
            var source = new Frame("10.0.0.1", 1, "10.0.0.2", 2)
            {
                Protocol = 17, Payload = [(byte)(value >> 8), (byte)value],
            };
            byte[] frame = source.Bytes();
            FlowKey to = Frame.Key("10.1.0.3", 3, "10.2.0.4", 4, 17);
            FrameRewriter.Apply(frame, 34, true, FrameRewriter.Translate(Frame.KeyOf(frame), to), Hop);
            Assert.NotEqual(0, frame[40] | frame[41]);
            met = frame[40] == 0xff && frame[41] == 0xff;
            if (met)
                Frame.ExpectRightChecksums(frame);
        }
        Assert.True(met);
    }

    private static string Address(Random random) =>
        $"{random.Next(1, 224)}.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}";

    private static ushort Port(Random random) => (ushort)random.Next(1, 65_536);

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
