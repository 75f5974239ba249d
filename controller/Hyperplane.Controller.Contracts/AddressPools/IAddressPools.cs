using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.AddressPools;

/// <summary>Address pools of zones: an operator's business.</summary>
public interface IAddressPools
{
    /// <summary>Declares one, or changes its prefix: all addresses that are used must lie in the new one
    /// (<c>resource_in_use</c>). Zone and kind cannot be changed (<c>name_in_use</c>).</summary>
    Task<Outcome<AddressPool>> PutAsync(AddressPool pool, CancellationToken cancel);

    /// <summary>One by its name.</summary>
    Task<Outcome<AddressPool>> GetAsync(string name, CancellationToken cancel);

    /// <summary>All of them, in order of their names.</summary>
    Task<IReadOnlyList<AddressPool>> ListAsync(CancellationToken cancel);

    /// <summary>Deletes one; refused while any address is used (<c>resource_in_use</c>).</summary>
    Task<Outcome<AddressPool>> DeleteAsync(string name, CancellationToken cancel);
}
