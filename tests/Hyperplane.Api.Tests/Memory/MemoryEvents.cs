using Hyperplane.Controller.Contracts.Events;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryEvents : IEvents
{
    public (string? TenantId, string? Resource) Asked { get; private set; }

    public Task<Page<Event>> ListAsync(
        string? tenantId, string? resource, PageRequest page, CancellationToken cancel)
    {
        Asked = (tenantId, resource);
        return Task.FromResult(new Page<Event>(
            [new Event(7, MemoryStore.Start, tenantId, "load_balancer.created", "lb-1", 1, "key-shop", "req-1")],
            null));
    }
}
