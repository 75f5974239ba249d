using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryAddressPools(MemoryStore store) : IAddressPools
{
    private const string Owner = "pools";

    public Task<Outcome<AddressPool>> PutAsync(AddressPool pool, CancellationToken cancel) =>
        Task.FromResult(store.Write("put address pool", () => store.Put(Owner, pool.Name, pool)));

    public Task<Outcome<AddressPool>> GetAsync(string name, CancellationToken cancel) =>
        Task.FromResult(store.Get<AddressPool>(Owner, name));

    public Task<IReadOnlyList<AddressPool>> ListAsync(CancellationToken cancel) =>
        Task.FromResult(store.List<AddressPool>(Owner, new PageRequest(1000, null, null)).Items);

    public Task<Outcome<AddressPool>> DeleteAsync(string name, CancellationToken cancel) =>
        Task.FromResult(store.Write("delete address pool", () => store.Remove<AddressPool>(Owner, name)));
}
