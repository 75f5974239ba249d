using Google.Protobuf;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Tests.Snapshots;

public sealed class SnapshotAssemblerTests
{
    private static readonly Snapshot Valid = Sample.Snapshot(vips: 20);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(SnapshotLimits.ChunkBytes)]
    public void Pieces_of_any_size_become_the_whole(int chunkBytes)
    {
        (SnapshotBody? body, string? error) = Assemble(Sample.Chunks(Valid, chunkBytes));
        Assert.Null(error);
        Assert.Equal(7UL, body!.Version);
        Assert.Equal(Valid, Snapshot.Parser.ParseFrom(body.Bytes.Span));
        Assert.Equal(Sample.Hash(Valid).ToByteArray(), body.Hash.ToArray());
    }

    [Fact]
    public void No_piece_means_unchanged()
    {
        using var assembler = new SnapshotAssembler();
        Assert.True(assembler.IsEmpty);
    }

    [Fact]
    public void A_missing_piece_is_noticed() =>
        Refuses(Sample.Chunks(Valid, 100)[..^1], $"of {Valid.CalculateSize()} bytes arrived");

    [Fact]
    public void A_flipped_bit_is_noticed()
    {
        List<SnapshotChunk> chunks = Sample.Chunks(Valid, 100);
        byte[] data = chunks[2].Data.ToByteArray();
        data[50] ^= 1;
        chunks[2].Data = ByteString.CopyFrom(data);
        Refuses(chunks, $"instead of {Convert.ToHexStringLower(Sample.Hash(Valid).Span)}");
    }

    [Fact]
    public void Pieces_in_another_order_are_noticed()
    {
        List<SnapshotChunk> chunks = Sample.Chunks(Valid, 100);
        (chunks[1], chunks[2]) = (chunks[2], chunks[1]);
        Refuses(chunks, "instead of");
    }

    [Fact]
    public void Pieces_of_two_snapshots_are_noticed() =>
        Refuses([.. Sample.Chunks(Valid, 100)[..2], .. Sample.Chunks(Sample.Snapshot(8), 100)],
            "pieces of two snapshots in one answer");

    [Fact]
    public void More_than_announced_is_noticed()
    {
        List<SnapshotChunk> chunks = Sample.Chunks(Valid, 100);
        Refuses([.. chunks, chunks[0]], $"more than the {Valid.CalculateSize()} bytes it announced");
    }

    [Fact]
    public void An_announcement_above_the_limit_is_refused_at_the_first_piece()
    {
        SnapshotChunk chunk = Sample.Chunks(Valid)[0];
        chunk.TotalBytes = SnapshotLimits.TotalBytes + 1;
        Refuses([chunk], "268435457 bytes are more than the limit of 268435456");
    }

    [Fact]
    public void A_piece_above_the_limit_is_refused()
    {
        SnapshotChunk chunk = Sample.Chunks(Valid)[0];
        chunk.TotalBytes = 3 * SnapshotLimits.ChunkBytes;
        chunk.Data = ByteString.CopyFrom(new byte[SnapshotLimits.ChunkBytes + 1]);
        Refuses([chunk], "a piece of 1048577 bytes, not 1 to 1048576");
    }

    [Fact]
    public void An_empty_piece_is_refused()
    {
        SnapshotChunk chunk = Sample.Chunks(Valid)[0];
        chunk.Data = ByteString.Empty;
        Refuses([chunk], "a piece of 0 bytes");
    }

    [Fact]
    public void A_hash_of_another_length_is_refused()
    {
        SnapshotChunk chunk = Sample.Chunks(Valid)[0];
        chunk.Hash = ByteString.CopyFrom(1, 2, 3);
        Refuses([chunk], "the hash has 3 bytes, not 32");
    }

    private static void Refuses(List<SnapshotChunk> chunks, string reason)
    {
        (SnapshotBody? body, string? error) = Assemble(chunks);
        Assert.Null(body);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private static (SnapshotBody? Body, string? Error) Assemble(List<SnapshotChunk> chunks)
    {
        using var assembler = new SnapshotAssembler();
        foreach (SnapshotChunk chunk in chunks)
        {
            if (assembler.Add(chunk) is { } error)
                return (null, error);
        }

        return assembler.Finish();
    }
}
