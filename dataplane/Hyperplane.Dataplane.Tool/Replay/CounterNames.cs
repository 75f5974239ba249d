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

    private static readonly PacketCounter[] Ways =
        [PacketCounter.Encapsulated, PacketCounter.Translated, PacketCounter.Forwarded];

    /// <summary>In snake_case.</summary>
    public static string Of(PacketCounter counter) => Names[(int)counter];

    /// <summary>The reason of the drop that was counted between two readings; null when nothing was dropped.</summary>
    public static PacketCounter? Drop(ReadOnlySpan<ulong> before, ReadOnlySpan<ulong> after) =>
        First(Drops, before, after);

    /// <summary>How a frame went on that was counted between two readings; null when none did.</summary>
    public static PacketCounter? Way(ReadOnlySpan<ulong> before, ReadOnlySpan<ulong> after) =>
        First(Ways, before, after);

    /// <summary>Whether a frame went on.</summary>
    public static bool IsWay(PacketCounter counter) => Ways.Contains(counter);

    private static PacketCounter? First(
        PacketCounter[] counters, ReadOnlySpan<ulong> before, ReadOnlySpan<ulong> after)
    {
        foreach (PacketCounter counter in counters)
        {
            if (after[(int)counter] != before[(int)counter])
                return counter;
        }
        return null;
    }
}
