namespace Hyperplane.Agent.Flows;

/// <summary>How a node speaks with its own flow silo.</summary>
public sealed record SiloClientOptions
{
    /// <summary>The cell's name; a silo of another one is refused.</summary>
    public required string Cell { get; init; }

    /// <summary>The path of the unix socket that the silo listens on.</summary>
    public required string Socket { get; init; }

    /// <summary>From a lost or failed connection to the next try; default 100 ms.</summary>
    public long RetryNs { get; init; } = 100_000_000;

    /// <summary>A call, or a hello, that the silo does not answer for so long ends the connection; default 3 s. The
    /// silo itself gives up a replica's answer after 1 s.</summary>
    public long SilenceNs { get; init; } = 3_000_000_000;

    /// <summary>Bytes that may wait for a silo that does not read: more end the connection; default 4 MiB.</summary>
    public int QueueBytes { get; init; } = 4 * 1_024 * 1_024;
}
