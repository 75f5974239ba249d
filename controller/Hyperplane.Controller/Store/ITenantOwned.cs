namespace Hyperplane.Controller.Store;

/// <summary>A row that belongs to a tenant: filtered in every query, and by row-level security below.</summary>
internal interface ITenantOwned
{
    /// <summary>Whose it is.</summary>
    string TenantId { get; }
}
