using System.Globalization;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>What is placed where, and what tenants share.</summary>
internal sealed record Placement(IReadOnlyList<PlacedCell> Cells, Overlap Overlap)
{
    /// <summary>All cells, or one with its nodes and shards, and the table of what tenants share.</summary>
    public static void Describe(Placement all, string? only, Details details)
    {
        PlacedCell[] cells = [.. all.Cells.Where(cell => only is null || cell.Name == only)];
        details
            .Add("Load balancers", Text(cells.Sum(static cell => cell.LoadBalancers)))
            .Add("Nodes", Text(cells.Sum(static cell => cell.Nodes.Count)))
            .Add("Tenants", Text(all.Overlap.Tenants))
            .Add("Cells", PlacedCell.Columns, cells);
        foreach (PlacedCell cell in cells.Where(_ => only is not null))
        {
            details.Add("Nodes", PlacedNode.Columns, cell.Nodes);
            details.Add("Shards", PlacedShard.Columns, cell.Shards);
        }

        long pairs = all.Overlap.Pairs.Sum(static one => one.Pairs);
        details
            .Add("Pairs of tenants", PairColumns(pairs), all.Overlap.Pairs)
            .Add("Pairs that share most", TenantPair.Columns, all.Overlap.Worst);
    }

    /// <summary>A number as text.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Column<OverlapCount>[] PairColumns(long all) =>
    [
        new("SHARE-NODES", static one => Text(one.SharedNodes)),
        new("PAIRS", static one => Text(one.Pairs)),
        new("OF-ALL", one => (one.Pairs / (double)Math.Max(1, all)).ToString("P2", CultureInfo.InvariantCulture)),
    ];
}
