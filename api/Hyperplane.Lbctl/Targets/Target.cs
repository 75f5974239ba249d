using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Targets;

/// <summary>A target as the API shows it.</summary>
internal sealed record Target(
    string Address,
    int Port,
    string State,
    int? Weight = null,
    string? Zone = null,
    string? Id = null,
    string? Reason = null,
    string? Detail = null,
    IReadOnlyList<TargetCheck>? Checks = null)
{
    /// <summary>Registered, not judged yet.</summary>
    public const string Initial = "initial";

    /// <summary>Deregistered, and there until the flows that it has are over.</summary>
    public const string Draining = "draining";

    /// <summary>What lbctl knows about targets.</summary>
    public static readonly ResourceKind<Target> Kind = new(
        "target",
        WireJson.Default.Target,
        static one => one.Id ?? Endpoint(one),
        Endpoint,
        [
            new("TARGET", Endpoint),
            new("ZONE", static one => one.Zone),
            new("WEIGHT", static one => one.Weight?.ToString(CultureInfo.InvariantCulture)),
            new("STATE", static one => one.State, IsStatus: true),
            new("REASON", static one => one.Reason),
            new("DETAIL", static one => one.Detail),
            new("ID", static one => one.Id, IsWide: true),
        ]);

    /// <summary>Shows it with what nodes found of it.</summary>
    public static void Describe(Target one, Details details) => details
        .Add("Target", Endpoint(one))
        .Add("Id", one.Id)
        .Add("Zone", one.Zone)
        .Add("Weight", one.Weight?.ToString(CultureInfo.InvariantCulture))
        .Add("State", one.State, isStatus: true)
        .Add("Reason", one.Reason)
        .Add("Detail", one.Detail)
        .Add(
            "Checks",
            [
                new("NODE", static check => check.Node),
                new("ZONE", static check => check.Zone),
                new("FINDS", static check => check.State, IsStatus: true),
                new("REASON", static check => check.Reason),
                new("SENT", static check => check.Sent),
                new("RECEIVED", static check => check.Received),
                new("CHECKED", static check => Moment.Of(check.CheckedAt)),
            ],
            one.Checks ?? []);

    /// <summary>Address and port as a person writes them.</summary>
    public static string Endpoint(string address, int port) => address.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{address}]:{port}")
        : string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");

    private static string Endpoint(Target one) => Endpoint(one.Address, one.Port);
}
