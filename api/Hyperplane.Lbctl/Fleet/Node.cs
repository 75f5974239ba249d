using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>A node as it is wanted and as it reports.</summary>
internal sealed record Node(
    string Name,
    string? Cell = null,
    string? Address = null,
    IReadOnlyList<string>? SnatAddresses = null,
    string? ProbeAddress = null,
    string? Ipv6Address = null,
    string? Ipv6ProbeAddress = null,
    bool Draining = false,
    ulong RunningVersion = 0,
    ulong WantedVersion = 0,
    string? Refusal = null,
    IReadOnlyList<string>? UnservedGroups = null,
    DateTimeOffset? LastSeenAt = null,
    IReadOnlyList<NodePeer>? Peers = null,
    IReadOnlyList<string>? Announced = null,
    IReadOnlyDictionary<string, ulong>? Counters = null)
{
    /// <summary>What lbctl knows about nodes.</summary>
    public static readonly ResourceKind<Node> Kind = new(
        "node",
        WireJson.Default.Node,
        static one => one.Name,
        static one => one.Name,
        [
            new("NAME", static one => one.Name),
            new("CELL", static one => one.Cell),
            new("ADDRESS", static one => one.Address),
            new("STATE", static one => State(one), IsStatus: true),
            new("SNAPSHOT", static one => Snapshot(one)),
            new("ROUTERS", static one => string.Create(
                CultureInfo.InvariantCulture,
                $"{(one.Peers ?? []).Count(static peer => peer.IsEstablished)}/{(one.Peers ?? []).Count}")),
            new("LAST-SEEN", static one => Moment.Of(one.LastSeenAt)),
        ]);

    /// <summary>Everything about one.</summary>
    public static void Describe(Node one, Details details) => details
        .Add("Name", one.Name)
        .Add("Cell", one.Cell)
        .Add("Address", Both(one.Address, one.Ipv6Address))
        .Add("State", State(one), isStatus: true)
        .Add("Snapshot", Snapshot(one))
        .Add("Refusal", one.Refusal)
        .Add("Not served", one.UnservedGroups is { Count: > 0 } groups ? string.Join(' ', groups) : null)
        .Add("SNAT", string.Join(' ', one.SnatAddresses ?? []))
        .Add("Probes from", Both(one.ProbeAddress, one.Ipv6ProbeAddress))
        .Add("Announces", string.Join(' ', one.Announced ?? []))
        .Add("Last seen", Moment.Of(one.LastSeenAt))
        .Add("Routers", NodePeer.Columns, one.Peers ?? [])
        .Add("Counters", CounterColumns, [.. one.Counters ?? new Dictionary<string, ulong>()]);

    private static IReadOnlyList<Column<KeyValuePair<string, ulong>>> CounterColumns =>
    [
        new("COUNTER", static one => one.Key),
        new("VALUE", static one => one.Value.ToString(CultureInfo.InvariantCulture)),
    ];

    private static string? Both(string? ipv4, string? ipv6) => ipv6 is null ? ipv4 : $"{ipv4} {ipv6}";

    private static string State(Node one) => one switch
    {
        { LastSeenAt: null } => "silent",
        { Draining: true } => "draining",
        { Refusal: not null } => "refused",
        { RunningVersion: 0 } => "pending",
        _ => "ready",
    };

    private static string Snapshot(Node one) =>
        string.Create(CultureInfo.InvariantCulture, $"{one.RunningVersion}/{one.WantedVersion}");
}
