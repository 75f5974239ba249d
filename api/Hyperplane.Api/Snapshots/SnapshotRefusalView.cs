using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;

namespace Hyperplane.Api.Snapshots;

/// <summary>A node that does not take a snapshot.</summary>
internal sealed record SnapshotRefusalView(
    [property: Required, Example("node-a1"), Description("The node.")] string Node,
    [property: Required, Description("What it says.")] string Reason);
