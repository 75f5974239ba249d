using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>What nodes report of themselves.</summary>
internal static class NodeCounters
{
    /// <summary>A counter of each node of some cells, as lbctl tells the operator.</summary>
    public static List<double> Of(Region region, string counter, params string[] cells)
    {
        var values = new List<double>();
        foreach (string cell in cells)
        {
            using JsonDocument nodes = JsonDocument.Parse(
                region.Operator("node", "list", "--cell", cell, "-o", "json"));
            values.AddRange(nodes.RootElement.GetProperty("items").EnumerateArray().Select(node =>
                node.GetProperty("counters").TryGetProperty(counter, out JsonElement value) ? value.GetDouble() : 0));
        }

        return values;
    }
}
