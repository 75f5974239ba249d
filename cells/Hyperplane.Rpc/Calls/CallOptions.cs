namespace Hyperplane.Rpc;

/// <summary>What one call carries besides its messages.</summary>
/// <param name="headers">Sent before the first message.</param>
/// <param name="deadline">UTC, on the clock of the channel's <see cref="TimeProvider"/>; null: none.</param>
/// <param name="cancellationToken">Ends the call with <see cref="StatusCode.Cancelled"/>.</param>
public readonly struct CallOptions(
    Metadata? headers = null, DateTime? deadline = null, CancellationToken cancellationToken = default)
{
    /// <summary>Sent before the first message.</summary>
    public Metadata? Headers { get; private init; } = headers;

    /// <summary>UTC; null: none.</summary>
    public DateTime? Deadline { get; private init; } = deadline;

    /// <summary>Ends the call.</summary>
    public CancellationToken CancellationToken { get; private init; } = cancellationToken;

    /// <summary>The same with other headers.</summary>
    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>The same with another deadline, in UTC.</summary>
    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>The same with another token.</summary>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) =>
        this with { CancellationToken = cancellationToken };
}
