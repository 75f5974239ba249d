using Hyperplane.Controller.Contracts.Events;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Events;

/// <summary>The audit trail in the database.</summary>
internal sealed class EventStore(Database database) : IEvents
{
    private const string Itself = "system";

    /// <inheritdoc/>
    public Task<Page<Event>> ListAsync(
        string? tenantId, string? resource, PageRequest page, CancellationToken cancel) =>
        database.RunAsync(
            tenantId,
            async db =>
            {
                long after = Paging.After(page);
                List<EventRow> found = await db.Events.AsNoTracking()
                    .Where(one => one.Id > after && (resource == null || one.Resource == resource))
                    .OrderBy(one => one.Id).Take(Paging.Take(page)).ToListAsync(cancel);
                (List<EventRow> rows, string? next) = Paging.Cut(page, found, one => one.Id);
                return new Page<Event>([.. rows.Select(View)], next);
            },
            cancel);

    private static Event View(EventRow row) => new(
        row.Id, row.At, row.TenantId, row.Action, row.Resource, row.Generation, row.KeyId ?? Itself, row.RequestId);
}
