using System.Text.Json;
using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>The counters by the names that the agent reports them under.</summary>
internal static class CounterNames
{
    private static readonly string[] Names =
    [
        .. Enum.GetValues<PacketCounter>().Order()
            .Select(counter => JsonNamingPolicy.SnakeCaseLower.ConvertName(counter.ToString())),
    ];

    private static readonly PacketCounter[] Drops =
    [
        .. Enum.GetValues<PacketCounter>()
            .Where(counter => Of(counter).StartsWith("drop_", StringComparison.Ordinal)),
    ];

    /// <summary>In snake_case.</summary>
    public static string Of(PacketCounter counter) => Names[(int)counter];

    /// <summary>The reason of the drop that was counted between two readings; null when nothing was dropped.</summary>
    public static PacketCounter? Drop(ReadOnlySpan<ulong> before, ReadOnlySpan<ulong> after)
    {
        foreach (PacketCounter counter in Drops)
        {
            if (after[(int)counter] != before[(int)counter])
                return counter;
        }
        return null;
    }
}
