namespace Hyperplane.Controller.Contracts.Events;

/// <summary>One change, as the audit trail has it.</summary>
/// <param name="Id">Grows with every change.</param>
/// <param name="At">When.</param>
/// <param name="TenantId">Whose resource; null for an operator's.</param>
/// <param name="Action"><c>load_balancer.created</c>, <c>target.deregistered</c>, …</param>
/// <param name="Resource">The id or name of what was changed.</param>
/// <param name="Generation">Its generation after the change; 0 where there is none.</param>
/// <param name="KeyId">The key that asked for it; <c>operator</c> for the operator's, <c>system</c> for what happened
/// by itself.</param>
/// <param name="RequestId">The request's id; null for what happened by itself.</param>
public sealed record Event(
    long Id, DateTimeOffset At, string? TenantId, string Action, string Resource, long Generation, string KeyId,
    string? RequestId);
