using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tests.Packets;

public sealed class InternetChecksumTests
{
    [Fact]
    public void The_example_of_rfc_1071_sums_to_its_printed_value()
    {
        byte[] bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        ushort sum = InternetChecksum.Fold(InternetChecksum.Sum(bytes));
        Assert.Equal([0xdd, 0xf2], MemoryMarshal.AsBytes(new ReadOnlySpan<ushort>(in sum)).ToArray());
    }

    [Fact]
    public void Any_bytes_sum_as_word_by_word() => Prop.ForAll<byte[]>(bytes =>
    {
        uint expected = 0;
        for (int i = 0; i < bytes.Length; i++)
            expected += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
        while (expected > 0xffff)
            expected = (expected & 0xffff) + (expected >> 16);
        ushort sum = InternetChecksum.Fold(InternetChecksum.Sum(bytes));
        byte[] inMemory = MemoryMarshal.AsBytes(new ReadOnlySpan<ushort>(in sum)).ToArray();
        return ((inMemory[0] << 8) | inMemory[1]) == expected;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_updated_checksum_equals_a_new_one() => Prop.ForAll<byte[], uint, uint>((tail, before, after) =>
    {
        byte[] bytes = [1, 2, 3, 4, 0, 0, 0, 0, .. tail];
        MemoryMarshal.Write(bytes.AsSpan(4), before);
        ushort old = InternetChecksum.Of(bytes);
        MemoryMarshal.Write(bytes.AsSpan(4), after);
        return InternetChecksum.Update(old, InternetChecksum.Delta(before, after)) == InternetChecksum.Of(bytes);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_case_that_rfc_1624_corrects_comes_out_right()
    {
        // Section 4: HC = 0xdd2f, m = 0x5555, m' = 0x3285 gives 0x0000, where equation 2 would give 0xffff.
        static ushort Network(ushort value) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
        ushort delta = InternetChecksum.Delta(Network(0x5555), Network(0x3285));
        Assert.Equal(0, InternetChecksum.Update(Network(0xdd2f), delta));
    }

    [Fact]
    public void A_udp_checksum_that_comes_to_zero_is_sent_as_all_ones()
    {
        byte[] datagram = [0, 1, 0, 2, 0, 10, 0, 0, 0, 0];
        byte[] pseudo = [10, 0, 0, 1, 10, 0, 0, 2, 0, 17, 0, 10];
        ushort rest = (ushort)~InternetChecksum.Fold(InternetChecksum.Sum(pseudo) + InternetChecksum.Sum(datagram));
        MemoryMarshal.Write(datagram.AsSpan(8), rest);
        uint source = MemoryMarshal.Read<uint>(pseudo);
        uint destination = MemoryMarshal.Read<uint>(pseudo.AsSpan(4));
        Assert.Equal(0xffff, InternetChecksum.OfTransport(source, destination, 17, datagram));
    }
}
