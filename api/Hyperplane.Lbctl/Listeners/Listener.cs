using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Output;
using Hyperplane.Lbctl.Waiting;

namespace Hyperplane.Lbctl.Listeners;

/// <summary>A listener as the API shows it.</summary>
internal sealed record Listener(
    string Id,
    string Protocol,
    int Port,
    ResourceStatus Status,
    string? LoadBalancerId = null,
    string? TargetGroupId = null,
    int? IdleTimeoutSeconds = null,
    long Generation = 0,
    DateTimeOffset? CreatedAt = null,
    IReadOnlyList<WeightedGroup>? TargetGroups = null,
    IReadOnlyList<string>? AllowedCidrs = null,
    IReadOnlyList<string>? DeniedCidrs = null) : IProvisioned
{
    /// <summary>What lbctl knows about listeners; what a person calls one is <c>TCP:80</c>.</summary>
    public static readonly ResourceKind<Listener> Kind = new(
        "listener",
        WireJson.Default.Listener,
        static one => one.Id,
        static one => string.Create(CultureInfo.InvariantCulture, $"{one.Protocol}:{one.Port}"),
        [
            new("LISTENER", static one => string.Create(CultureInfo.InvariantCulture, $"{one.Protocol}:{one.Port}")),
            new("ID", static one => one.Id),
            new("STATUS", static one => one.Status.Provisioning, IsStatus: true),
            new("HEALTH", static one => one.Status.Operating, IsStatus: true),
            new("TARGET-GROUP", Forward),
            new("IDLE-TIMEOUT", static one => Seconds(one.IdleTimeoutSeconds)),
            new("CREATED", static one => Moment.Of(one.CreatedAt)),
            new("ALLOWED", static one => Sources(one.AllowedCidrs), IsWide: true),
            new("DENIED", static one => Sources(one.DeniedCidrs), IsWide: true),
        ]);

    /// <inheritdoc/>
    public IEnumerable<string> ZoneNames => [];

    /// <summary>Everything about one.</summary>
    public static void Describe(Listener one, Details details) => details
        .Add("Listener", Kind.Name(one))
        .Add("Id", one.Id)
        .Add("NLB", one.LoadBalancerId)
        .Add("Target group", Forward(one))
        .Add("Status", one.Status.Provisioning, isStatus: true)
        .Add("Health", one.Status.Operating, isStatus: true)
        .Add("Idle timeout", Seconds(one.IdleTimeoutSeconds))
        .Add("Allowed", Sources(one.AllowedCidrs) ?? "everybody")
        .Add("Denied", Sources(one.DeniedCidrs))
        .Add("Created", Moment.Of(one.CreatedAt))
        .Add("Conditions", Condition.Columns, one.Status.Conditions ?? []);

    private static string? Forward(Listener one) => one.TargetGroups is { Count: > 1 } several
        ? string.Join(' ', several.Select(static group => $"{group.TargetGroupId}={group.Weight}"))
        : one.TargetGroupId;

    private static string? Sources(IReadOnlyList<string>? cidrs) =>
        cidrs is { Count: > 0 } ? string.Join(", ", cidrs) : null;

    private static string? Seconds(int? seconds) => seconds is null ? null : $"{seconds} s";
}
