using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.Events;

/// <summary>What every write adds to its transaction.</summary>
internal static class EventLog
{
    /// <summary>The audit event of a change.</summary>
    public static void Record(
        this HyperplaneDb db,
        DateTimeOffset at,
        string? tenantId,
        string action,
        string resource,
        long generation = 0) =>
        db.Events.Add(new EventRow
        {
            At = at,
            TenantId = tenantId,
            Action = action,
            Resource = resource,
            Generation = generation,
            KeyId = db.Scope?.KeyId,
            RequestId = db.Scope?.RequestId,
        });

    /// <summary>Tells the controller, at commit, that these cells want a new snapshot.</summary>
    /// <param name="db">Of the transaction.</param>
    /// <param name="at">Now.</param>
    /// <param name="cells">Their names.</param>
    /// <param name="resource">The load balancer or target group that alone is not as it was, with what belongs to it;
    /// null: anything may not be.</param>
    public static void Touch(
        this HyperplaneDb db, DateTimeOffset at, IEnumerable<string> cells, string? resource = null)
    {
        foreach (string cell in cells.Distinct(StringComparer.Ordinal))
            db.CellChanges.Add(new CellChangeRow { Cell = cell, At = at, Resource = resource });
    }
}
