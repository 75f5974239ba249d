using System.Buffers.Binary;

namespace Hyperplane.Health;

/// <summary>The votes of one node on the wire, in pages: what a node sends does not depend on what changed.</summary>
/// <remarks>
/// Little endian. A page: version 1 (1 byte), 0 (1 byte), number of the page (2), of pages (2), of blocks (2), blocks.
/// A block: group (4), hash of its settings (4), number of targets (2), the targets' ids (4 each), their votes (2 bits
/// each, the first in the lowest bits, the rest of the last byte 0). The ids travel too, because nodes whose snapshots
/// differ have no common order.
/// </remarks>
public static class Ballot
{
    /// <summary>Longest page.</summary>
    public const int PageBytes = 65_536;

    /// <summary>Most pages of a ballot.</summary>
    public const int MaxPages = 64;

    private const byte Version = 1;
    private const int HeaderBytes = 8;
    private const int BlockHeaderBytes = 10;
    private const int TargetsPerBlock = 1_024;
    private const int IdBytes = 4;
    private const int VotesPerByte = 4;

    /// <summary>Writes votes, those of one group next to each other; at least one page. What goes beyond the last page
    /// is left out: on these targets this node has no vote.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Write(
        ReadOnlySpan<VoteTopic> topics, ReadOnlySpan<Vote> votes)
    {
        var pages = new List<byte[]>();
        byte[] page = new byte[PageBytes];
        (int used, int blocks) = (HeaderBytes, 0);
        for (int at = 0; at < topics.Length;)
        {
            int count = BlockLength(topics[at..]);
            int bytes = BlockHeaderBytes + BodyBytes(count);
            if (used + bytes > PageBytes)
            {
                pages.Add(Finish(page, used, pages.Count, blocks));
                (used, blocks) = (HeaderBytes, 0);
                if (pages.Count == MaxPages)
                    return Number(pages);
            }

            WriteBlock(page.AsSpan(used, bytes), topics.Slice(at, count), votes.Slice(at, count));
            (used, blocks, at) = (used + bytes, blocks + 1, at + count);
        }

        pages.Add(Finish(page, used, pages.Count, blocks));
        return Number(pages);
    }

    /// <summary>Reads a page: null, or what is wrong with it; never throws. What came before a defect was
    /// told.</summary>
    /// <param name="page">Any bytes.</param>
    /// <param name="take">Hears of each vote and of the number of pages of the ballot.</param>
    public static string? Read(ReadOnlySpan<byte> page, Action<VoteTopic, Vote, int> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        if (page.Length is < HeaderBytes or > PageBytes)
            return $"a ballot of {page.Length} bytes";
        if (page[0] != Version || page[1] != 0)
            return $"a ballot of version {page[0]}.{page[1]}";
        int number = BinaryPrimitives.ReadUInt16LittleEndian(page[2..]);
        int pages = BinaryPrimitives.ReadUInt16LittleEndian(page[4..]);
        int blocks = BinaryPrimitives.ReadUInt16LittleEndian(page[6..]);
        if (pages is 0 or > MaxPages || number >= pages)
            return $"page {number} of {pages} of a ballot";
        ReadOnlySpan<byte> rest = page[HeaderBytes..];
        for (int i = 0; i < blocks; i++)
        {
            if (rest.Length < BlockHeaderBytes)
                return "a ballot that ends in a block";
            int count = BinaryPrimitives.ReadUInt16LittleEndian(rest[8..]);
            if (count is 0 or > TargetsPerBlock || rest.Length < BlockHeaderBytes + BodyBytes(count))
                return $"a ballot with a block of {count} targets";
            if (!TryReadBlock(rest, count, pages, take))
                return "a ballot with a vote that does not exist";
            rest = rest[(BlockHeaderBytes + BodyBytes(count))..];
        }

        return rest.IsEmpty ? null : $"a ballot with {rest.Length} bytes after its blocks";
    }

    private static bool TryReadBlock(
        ReadOnlySpan<byte> block, int count, int pages, Action<VoteTopic, Vote, int> take)
    {
        uint group = BinaryPrimitives.ReadUInt32LittleEndian(block);
        uint hash = BinaryPrimitives.ReadUInt32LittleEndian(block[4..]);
        ReadOnlySpan<byte> ids = block[BlockHeaderBytes..];
        ReadOnlySpan<byte> bits = ids[(count * IdBytes)..];
        for (int i = 0; i < count; i++)
        {
            int vote = (bits[i / VotesPerByte] >> (i % VotesPerByte * 2)) & 3;
            if (vote > (int)Vote.Unhealthy)
                return false;
            uint target = BinaryPrimitives.ReadUInt32LittleEndian(ids[(i * IdBytes)..]);
            take(new VoteTopic(group, target, hash), (Vote)vote, pages);
        }

        return true;
    }

    private static void WriteBlock(Span<byte> block, ReadOnlySpan<VoteTopic> topics, ReadOnlySpan<Vote> votes)
    {
        block.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, topics[0].GroupId);
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], topics[0].SettingsHash);
        BinaryPrimitives.WriteUInt16LittleEndian(block[8..], (ushort)topics.Length);
        Span<byte> ids = block[BlockHeaderBytes..];
        Span<byte> bits = ids[(topics.Length * IdBytes)..];
        for (int i = 0; i < topics.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(ids[(i * IdBytes)..], topics[i].TargetId);
            bits[i / VotesPerByte] |= (byte)((int)votes[i] << (i % VotesPerByte * 2));
        }
    }

    private static int BlockLength(ReadOnlySpan<VoteTopic> topics)
    {
        int count = 1;
        while (count < topics.Length && count < TargetsPerBlock
            && topics[count].GroupId == topics[0].GroupId && topics[count].SettingsHash == topics[0].SettingsHash)
            count++;
        return count;
    }

    private static int BodyBytes(int count) => (count * IdBytes) + ((count + VotesPerByte - 1) / VotesPerByte);

    private static byte[] Finish(byte[] page, int used, int number, int blocks)
    {
        byte[] finished = page[..used];
        finished[0] = Version;
        finished[1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(finished.AsSpan(2), (ushort)number);
        BinaryPrimitives.WriteUInt16LittleEndian(finished.AsSpan(6), (ushort)blocks);
        return finished;
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> Number(List<byte[]> pages)
    {
        foreach (byte[] page in pages)
            BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(4), (ushort)pages.Count);
        return [.. pages.Select(page => new ReadOnlyMemory<byte>(page))];
    }
}
