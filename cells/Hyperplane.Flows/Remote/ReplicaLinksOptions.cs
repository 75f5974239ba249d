namespace Hyperplane.Flows.Remote;

/// <summary>How a node calls replicas that live outside the nodes.</summary>
public sealed record ReplicaLinksOptions
{
    /// <summary>This node.</summary>
    public required ushort NodeId { get; init; }

    /// <summary>This node's incarnation.</summary>
    public required ulong Start { get; init; }

    /// <summary>A call without an answer for so long makes its replica unreachable: the twin is used; default
    /// 100 ms. A machine that is known to be dead is not waited for.</summary>
    public long DeadlineNs { get; init; } = 100_000_000;

    /// <summary>A replica that is not called for so long is asked how it stands, and at once when something befell
    /// another one of its machine; default 5 s.</summary>
    public long IdleNs { get; init; } = 5_000_000_000;

    /// <summary>The same while it fills, and after a failed call; default 100 ms.</summary>
    public long RetryNs { get; init; } = 100_000_000;

    /// <summary>Replicas that answer again are taken back when no more of them turn up, at the latest after this;
    /// default 1 s.</summary>
    public long RoundNs { get; init; } = 1_000_000_000;

    /// <summary>Calls under way that carry something somebody waits for; default 64.</summary>
    public int AwaitedCalls { get; init; } = 64;

    /// <summary>Calls under way that carry nothing anybody waits for, so that what is awaited never stands behind them;
    /// default 16.</summary>
    public int BulkCalls { get; init; } = 16;

    /// <summary>Bytes that may wait for a replica: one more and it is unreachable; default 8 MiB.</summary>
    public int QueueBytes { get; init; } = 8 * 1_024 * 1_024;
}
