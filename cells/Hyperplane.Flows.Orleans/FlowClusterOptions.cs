using System.Net;

namespace Hyperplane.Flows.Orleans;

/// <summary>Which cluster keeps a cell's flow state.</summary>
public sealed record FlowClusterOptions
{
    /// <summary>The cell's name: the cluster's id.</summary>
    public required string Cell { get; init; }

    /// <summary>The database with Orleans' membership tables, an Npgsql connection string: silos find each other there,
    /// and clients without a <see cref="Gateway"/> find silos.</summary>
    public string? Database { get; init; }

    /// <summary>The only silo that a client speaks to; null: all that the database names. A node names its own: that
    /// one falls silent only with the node, while calls by way of a frozen one elsewhere would be lost until the
    /// cluster gave it up.</summary>
    public IPEndPoint? Gateway { get; init; }

    /// <summary>A call without an answer for so long has failed: the time after which a silent silo's replicas are
    /// asked again; default 1 s. What is asked of them meanwhile goes to their twins, on a much shorter
    /// deadline.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
