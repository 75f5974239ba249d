namespace Hyperplane.Flows.Orleans;

/// <summary>Which cluster keeps a cell's flow state.</summary>
public sealed record FlowClusterOptions
{
    /// <summary>The cell's name: the cluster's id.</summary>
    public required string Cell { get; init; }

    /// <summary>The database with Orleans' membership tables, an Npgsql connection string: silos find each other
    /// there.</summary>
    public required string Database { get; init; }

    /// <summary>A call without an answer for so long has failed: the time after which a silent silo's replicas are
    /// asked again; default 1 s. What is asked of them meanwhile goes to their twins, on a much shorter
    /// deadline.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
