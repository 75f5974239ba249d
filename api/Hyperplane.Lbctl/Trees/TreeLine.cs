using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Trees;

/// <summary>A line of a tree, as a person sees it.</summary>
internal sealed record TreeLine(int Depth, string What, Standing Standing, string? Reason = null)
{
    /// <summary>What is deeper is further to the right.</summary>
    public static readonly IReadOnlyList<Column<TreeLine>> Columns =
    [
        new("RESOURCE", static line => new string(' ', 2 * line.Depth) + line.What),
        new("STATUS", static line => line.Standing.Provisioning, IsStatus: true),
        new("HEALTH", static line => line.Standing.Operating, IsStatus: true),
        new("REASON", static line => line.Reason),
    ];
}
