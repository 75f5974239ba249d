using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Events;

/// <summary>What was changed and when: the audit trail.</summary>
[Table("events")]
internal sealed class EventRow
{
    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Null for an operator's change.</summary>
    public string? TenantId { get; init; }

    /// <summary><c>load_balancer.created</c>, <c>target.deregistered</c>, …</summary>
    public required string Action { get; init; }

    /// <summary>The id or name of what was changed.</summary>
    public required string Resource { get; init; }

    /// <summary>Its generation after the change; 0 where there is none.</summary>
    public long Generation { get; init; }

    /// <summary>The key that asked for it; null for what happened by itself.</summary>
    public string? KeyId { get; init; }

    /// <summary>Its request's id; null for what happened by itself.</summary>
    public string? RequestId { get; init; }
}
