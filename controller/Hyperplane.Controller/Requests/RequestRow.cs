using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Requests;

/// <summary>A request that had an idempotency key, and what it was answered.</summary>
[Table("requests")]
internal sealed class RequestRow
{
    /// <summary>The API key that was shown.</summary>
    public required string Owner { get; init; }

    public required string Key { get; init; }

    public required byte[] Fingerprint { get; init; }

    public DateTimeOffset BegunAt { get; init; }

    /// <summary>Whose <see cref="WorkerLock"/> says that it is worked on; null for an answer, or before there was
    /// one.</summary>
    public int? Worker { get; init; }

    /// <summary>Null while it is under way.</summary>
    public int? Status { get; init; }

    public string? ContentType { get; init; }

    public string? Location { get; init; }

    public string? Etag { get; init; }

    /// <summary>Null when it was not kept.</summary>
    public byte[]? Body { get; init; }
}
