using System.Net;
using System.Text;

namespace Hyperplane.Mesh;

/// <summary>How a node takes part in its cell's mesh.</summary>
public sealed record MeshOptions
{
    /// <summary>Name of the cell, 1..63 bytes of UTF-8; another cell's nodes are refused.</summary>
    public required string Cell { get; init; }

    /// <summary>This node's id, unique in the cell.</summary>
    public required ushort NodeId { get; init; }

    /// <summary>This node's incarnation; each later one is greater. A peer refuses one older than it has
    /// seen.</summary>
    public required ulong Start { get; init; }

    /// <summary>The cell's key, 16..1,024 bytes. Never logged.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>Where to listen, and the address that own connections come from; port 0: the kernel chooses.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Longest body of a message, 1,024..4,194,304; the same on all nodes of a cell.</summary>
    public int MaxFrameBytes { get; init; } = 262_144;

    /// <summary>Bytes that may wait for one peer, at least two of the longest messages, at most 256 MiB.</summary>
    public int SendQueueBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>From the begin of a connection until both sides are proven, 10 ms..60 s.</summary>
    public TimeSpan HandshakeLimit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Incoming connections that may be in their handshake at the same time, 1..1,024.</summary>
    public int MaxPendingHandshakes { get; init; } = 64;

    /// <summary>First pause before a connection is tried again, 1 ms..<see cref="RetryMax"/>; doubled each
    /// time.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest pause, up to 60 s. A connection that lasted longer begins with the first pause
    /// again.</summary>
    public TimeSpan RetryMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A peer whose kernel acknowledges nothing for so long is unresponsive, 100 ms..60 s
    /// (TCP_USER_TIMEOUT).</summary>
    public TimeSpan UserTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A mesh thread that did not run for longer reports a gap, 10 ms..60 s.</summary>
    public TimeSpan GapLimit { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>SCHED_FIFO priority of the mesh thread, 0..49; 0: as other threads. Where it is not given, the thread
    /// runs as others do.</summary>
    public int RealTimePriority { get; init; }

    /// <summary>How long <see cref="MeshHost.Goodbye"/> may take, 0..10 s.</summary>
    public TimeSpan GoodbyeLimit { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a connection that this side ends may take to deliver the reason, 0..60 s.</summary>
    public TimeSpan LingerLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Seed of the pauses' jitter.</summary>
    public int Seed { get; init; }

    /// <summary>Names the node, without secrets.</summary>
    public override string ToString() => $"{Cell}/{NodeId} start {Start} on {Listen}";

    internal IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        void Check(bool ok, string problem)
        {
            if (!ok)
                problems.Add(problem);
        }

        bool Within(TimeSpan value, double minMs, double maxMs) =>
            value.TotalMilliseconds >= minMs && value.TotalMilliseconds <= maxMs;

        Check(Encoding.UTF8.GetByteCount(Cell) is >= 1 and <= 63, "Cell must have 1..63 bytes");
        Check(Key.Length is >= 16 and <= 1_024, "Key must have 16..1,024 bytes");
        Check(!Listen.Address.Equals(IPAddress.Any) && !Listen.Address.Equals(IPAddress.IPv6Any),
            "Listen must name an address");
        Check(MaxFrameBytes is >= 1_024 and <= 4_194_304, "MaxFrameBytes must be 1,024..4,194,304");
        Check(SendQueueBytes >= 2 * (MaxFrameBytes + MeshHost.MessageOverheadBytes) && SendQueueBytes <= 1 << 28,
            "SendQueueBytes must hold two of the longest messages and be at most 256 MiB");
        Check(Within(HandshakeLimit, 10, 60_000), "HandshakeLimit must be 10 ms..60 s");
        Check(MaxPendingHandshakes is >= 1 and <= 1_024, "MaxPendingHandshakes must be 1..1,024");
        Check(Within(RetryMax, 1, 60_000), "RetryMax must be 1 ms..60 s");
        Check(Within(RetryFirst, 1, RetryMax.TotalMilliseconds), "RetryFirst must be 1 ms..RetryMax");
        Check(Within(UserTimeout, 100, 60_000), "UserTimeout must be 100 ms..60 s");
        Check(Within(GapLimit, 10, 60_000), "GapLimit must be 10 ms..60 s");
        Check(RealTimePriority is >= 0 and <= 49, "RealTimePriority must be 0..49");
        Check(Within(GoodbyeLimit, 0, 10_000), "GoodbyeLimit must be 0..10 s");
        Check(Within(LingerLimit, 0, 60_000), "LingerLimit must be 0..60 s");
        return problems;
    }
}
