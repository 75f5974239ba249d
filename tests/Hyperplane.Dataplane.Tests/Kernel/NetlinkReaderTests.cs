using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Dataplane.Kernel.Netlink;

namespace Hyperplane.Dataplane.Tests.Kernel;

public sealed class NetlinkReaderTests
{
    [Fact]
    public void Any_bytes_end_without_an_exception_and_inside_the_datagram() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            int total = 0;
            var reader = new NetlinkReader(bytes);
            while (reader.Read())
            {
                total += reader.Payload.Length + 16;
                for (ushort kind = 0; kind < 40; kind++)
                    _ = NetlinkReader.Attribute(reader.Payload, 8, kind).Length;
                _ = Subnet.TryRead(reader.Payload, 1, out _);
                _ = NetlinkReader.Error(reader.Payload);
            }

            return total <= bytes.Length;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Damaged_copies_of_a_real_message_end_without_an_exception()
    {
        byte[] message = Message();
        for (int seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            byte[] copy = message[..random.Next(message.Length + 1)];
            for (int flips = random.Next(4); flips > 0 && copy.Length > 0; flips--)
                copy[random.Next(copy.Length)] = (byte)random.Next(256);
            var reader = new NetlinkReader(copy);
            while (reader.Read())
            {
                _ = NetlinkReader.Attribute(reader.Payload, NetlinkConstants.NeighbourHeaderBytes, 2).Length;
                _ = Subnet.TryRead(reader.Payload, 7, out _);
            }
        }
    }

    [Fact]
    public void What_a_request_writes_is_what_the_reader_finds()
    {
        byte[] message = Message();
        var reader = new NetlinkReader((byte[])[.. message, .. message]);
        for (int i = 0; i < 2; i++)
        {
            Assert.True(reader.Read());
            Assert.Equal((NetlinkConstants.NewNeighbour, 77u), (reader.Type, reader.Sequence));
            Assert.Equal(7, MemoryMarshal.Read<int>(reader.Payload[4..]));
            Assert.Equal([10, 0, 0, 1], NetlinkReader.Attribute(reader.Payload, 12, 1).ToArray());
            Assert.Equal(0x060504030201UL, MacAddress.Read(NetlinkReader.Attribute(reader.Payload, 12, 2)));
            Assert.True(NetlinkReader.Attribute(reader.Payload, 12, 3).IsEmpty);
        }

        Assert.False(reader.Read());
    }

    private static byte[] Message()
    {
        byte[] room = new byte[NetlinkRequest.MaxBytes];
        var request = new NetlinkRequest(room, NetlinkConstants.NewNeighbour, 0, 77, 12, out Span<byte> header);
        header[0] = 2;
        header[4] = 7;
        request.Add(1, [10, 0, 0, 1]);
        request.Add(2, [1, 2, 3, 4, 5, 6]);
        return request.Bytes.ToArray();
    }
}
