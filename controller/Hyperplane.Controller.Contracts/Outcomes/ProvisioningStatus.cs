namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>Whether the newest desired state is in force.</summary>
public enum ProvisioningStatus
{
    /// <summary>Accepted, on its way to the nodes.</summary>
    Pending,

    /// <summary>At least one node per zone runs it and has told its router.</summary>
    Active,

    /// <summary>It cannot be done; a condition says why.</summary>
    Failed,

    /// <summary>Being removed.</summary>
    Deleting,
}
