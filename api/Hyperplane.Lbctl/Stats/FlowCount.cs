using System.Globalization;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Stats;

/// <summary>Flows, frames, bytes and TCP resets as the API counts them.</summary>
internal sealed record FlowCount(
    long NewFlows, long ActiveFlows, long PacketsIn, long BytesIn, long PacketsOut, long BytesOut,
    long ClientResets = 0, long TargetResets = 0, long LoadBalancerResets = 0)
{
    /// <summary>Nothing yet.</summary>
    public static readonly FlowCount None = new(0, 0, 0, 0, 0, 0);

    /// <summary>How the counts of things are shown, after what says which thing.</summary>
    public static IReadOnlyList<Column<T>> Columns<T>(Func<T, FlowCount> of, params Column<T>[] first) =>
    [
        .. first,
        new("NEW FLOWS", one => Text(of(one).NewFlows)),
        new("ACTIVE", one => Text(of(one).ActiveFlows)),
        new("PACKETS IN", one => Text(of(one).PacketsIn)),
        new("BYTES IN", one => Text(of(one).BytesIn)),
        new("PACKETS OUT", one => Text(of(one).PacketsOut)),
        new("BYTES OUT", one => Text(of(one).BytesOut)),
        new("RESETS", one =>
            $"{Text(of(one).ClientResets)}/{Text(of(one).TargetResets)}/{Text(of(one).LoadBalancerResets)}"),
    ];

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
