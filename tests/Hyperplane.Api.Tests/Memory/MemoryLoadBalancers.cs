using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryLoadBalancers(MemoryStore store) : ILoadBalancers, IZonalShifts
{
    private readonly SemaphoreSlim _changed = new(0);

    /// <summary>Completed when a call of <see cref="WaitAsync"/> has begun.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the last create asked for.</summary>
    public LoadBalancerConfig? Created { get; private set; }

    /// <summary>What the last change asked for.</summary>
    public LoadBalancerChange? Changed { get; private set; }

    public Task<Outcome<LoadBalancer>> CreateAsync(
        string tenantId, LoadBalancerConfig config, CancellationToken cancel) =>
        Task.FromResult(store.Write("create load balancer", () =>
        {
            Created = config;
            ZoneAddress[] zones = [.. config.Zones.Select(
                z => new ZoneAddress(z.Zone, z.Address ?? "198.18.0.1", "a1", 3)
                {
                    Ipv6Address =
                        config.IpAddressType == IpAddressType.Dualstack ? z.Ipv6Address ?? "fd00:18::1" : null,
                })];
            return store.Put(tenantId, $"lb-{config.Name}", new LoadBalancer(
                $"lb-{config.Name}", config.Name, zones, config.Tags, 1, MemoryStore.Start, MemoryStore.Pending)
            {
                IpAddressType = config.IpAddressType,
                Scheme = config.Scheme,
                Attributes = config.Attributes,
            });
        }));

    public Task<Outcome<LoadBalancer>> GetAsync(string tenantId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Get<LoadBalancer>(tenantId, id));

    public Task<Page<LoadBalancer>> ListAsync(string tenantId, PageRequest page, CancellationToken cancel) =>
        Task.FromResult(store.List<LoadBalancer>(tenantId, page));

    public Task<Outcome<LoadBalancer>> ChangeAsync(
        string tenantId, string id, LoadBalancerChange change, CancellationToken cancel)
    {
        Changed = change;
        return Task.FromResult(store.Write("change load balancer", () =>
            store.Change<LoadBalancer>(tenantId, id, one => one with { Generation = one.Generation + 1 })));
    }

    public Task<Outcome<LoadBalancer>> ReplaceAsync(
        string tenantId, string id, LoadBalancerConfig config, CancellationToken cancel) =>
        Task.FromResult(store.Write("replace load balancer", () => store.Change<LoadBalancer>(
            tenantId, id, one => one with
            {
                Attributes = config.Attributes,
                Tags = config.Tags,
                Generation = one.Generation + 1,
            })));

    public Task<Outcome<LoadBalancer>> ShiftAsync(
        string tenantId, string id, ZonalShiftConfig config, CancellationToken cancel) =>
        Task.FromResult(store.Write("shift", () => store.Change<LoadBalancer>(tenantId, id, one => one with
        {
            ZonalShift = new ZonalShift(
                config.Zone, MemoryStore.Start + TimeSpan.FromSeconds(config.ExpiresInSeconds), config.Comment),
            Zones = [.. one.Zones.Select(zone => zone with { IsShifted = zone.Zone == config.Zone })],
        })));

    public Task<Outcome<LoadBalancer>> CancelAsync(string tenantId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Write("cancel shift", () => store.Change<LoadBalancer>(tenantId, id, one => one with
        {
            ZonalShift = null,
            Zones = [.. one.Zones.Select(zone => zone with { IsShifted = false })],
        })));

    public Task<Outcome<LoadBalancer>> DeleteAsync(string tenantId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Write("delete load balancer", () => store.Remove<LoadBalancer>(tenantId, id)));

    public Task<Outcome<LoadBalancer>> DeleteTreeAsync(string tenantId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Write("delete tree", () => store.Remove<LoadBalancer>(tenantId, id)));

    public async Task<Outcome<LoadBalancer>> WaitAsync(
        string tenantId, LoadBalancer seen, TimeSpan wait, CancellationToken cancel)
    {
        Waiting.TrySetResult();
        await _changed.WaitAsync(wait, cancel);
        return store.Get<LoadBalancer>(tenantId, seen.Id);
    }

    public async Task<Page<LoadBalancer>> WaitAllAsync(
        string tenantId, IReadOnlyDictionary<string, LoadBalancer> seen, int most, TimeSpan wait,
        CancellationToken cancel)
    {
        if (wait > TimeSpan.Zero)
            await _changed.WaitAsync(wait, cancel);
        return store.List<LoadBalancer>(tenantId, new PageRequest(most, null, null));
    }

    /// <summary>Changes the status and wakes one waiter.</summary>
    public void Become(string tenantId, string id, ResourceStatus status)
    {
        lock (store.Resources)
            store.Resources[(tenantId, id)] = (LoadBalancer)store.Resources[(tenantId, id)] with { Status = status };
        _changed.Release();
    }

    /// <summary>Takes it away and wakes one waiter.</summary>
    public void Vanish(string tenantId, string id)
    {
        lock (store.Resources)
            store.Resources.Remove((tenantId, id));
        _changed.Release();
    }
}
