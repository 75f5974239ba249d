namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>What cells, nodes and shards carry, and what tenants share: an operator's business.</summary>
public interface IPlacement
{
    /// <summary>As it is now.</summary>
    Task<PlacementReport> GetAsync(CancellationToken cancel);
}
