namespace Hyperplane.Controller.Contracts.Tenants;

/// <summary>What a key may do.</summary>
public enum Role
{
    /// <summary>Everything of its tenant.</summary>
    TenantAdmin,

    /// <summary>Tenants, zones, cells and nodes.</summary>
    Operator,

    /// <summary>Looks at everything of its tenant and changes nothing.</summary>
    TenantReader,
}
