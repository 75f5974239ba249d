using System.Collections.Immutable;
using System.Text;
using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Agent.Reports;

/// <summary>The names of the dataplane's counters outside the process: snake_case of <see
/// cref="PacketCounter"/>.</summary>
public static class CounterNames
{
    /// <summary>By the counter's number.</summary>
    public static ImmutableArray<string> All { get; } =
        [.. Enum.GetValues<PacketCounter>().Order().Select(c => SnakeCase(c.ToString()))];

    /// <summary>A name in snake_case.</summary>
    internal static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
