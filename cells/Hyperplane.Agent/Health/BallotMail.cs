using System.Threading.Channels;

namespace Hyperplane.Agent.Health;

/// <summary>Ballots between the mesh thread and those who count: pages that leave, pages that came.</summary>
/// <remarks>Safe for many threads; the mesh thread never waits. When nobody takes what comes, the oldest goes: each
/// page is sent again.</remarks>
public sealed class BallotMail
{
    private const int MostWaiting = 256;

    private readonly Channel<(ushort Node, ReadOnlyMemory<byte> Page)> _arrived =
        Channel.CreateBounded<(ushort Node, ReadOnlyMemory<byte> Page)>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
    private volatile IReadOnlyList<ReadOnlyMemory<byte>> _leaving = [];
    private int _next;

    /// <summary>Replaces what leaves.</summary>
    public void Send(IReadOnlyList<ReadOnlyMemory<byte>> pages) => _leaving = pages;

    /// <summary>The page whose turn it is; empty when there is none. Mesh thread only.</summary>
    public ReadOnlyMemory<byte> NextLeaving()
    {
        IReadOnlyList<ReadOnlyMemory<byte>> pages = _leaving;
        return pages.Count == 0 ? default : pages[_next++ % pages.Count];
    }

    /// <summary>A page came; it is copied.</summary>
    public void Arrive(ushort node, ReadOnlySpan<byte> page) => _arrived.Writer.TryWrite((node, page.ToArray()));

    /// <summary>Takes the oldest page that came.</summary>
    public bool TryTake(out (ushort Node, ReadOnlyMemory<byte> Page) arrived) => _arrived.Reader.TryRead(out arrived);
}
