using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Output;
using Hyperplane.Lbctl.Waiting;

namespace Hyperplane.Lbctl.TargetGroups;

/// <summary>A target group as the API shows it.</summary>
internal sealed record TargetGroup(
    string Id,
    string Name,
    string? Protocol = null,
    int? Port = null,
    HealthCheck? HealthCheck = null,
    int? DeregistrationDelaySeconds = null,
    IReadOnlyDictionary<string, string>? Tags = null,
    ResourceStatus? Status = null,
    DateTimeOffset? CreatedAt = null,
    string? IpAddressType = null,
    IReadOnlyDictionary<string, string>? Attributes = null)
{
    /// <summary>What lbctl knows about target groups.</summary>
    public static readonly ResourceKind<TargetGroup> Kind = new(
        "target group",
        WireJson.Default.TargetGroup,
        static one => one.Id,
        static one => one.Name,
        [
            new("NAME", static one => one.Name),
            new("ID", static one => one.Id),
            new("TARGETS", static one => string.Create(CultureInfo.InvariantCulture, $"{one.Protocol}:{one.Port}")),
            new("HEALTH", static one => one.Status?.Operating, IsStatus: true),
            new("CHECK", static one => Check(one.HealthCheck)),
            new("CREATED", static one => Moment.Of(one.CreatedAt)),
            new("TYPE", static one => one.IpAddressType, IsWide: true),
            new("DELAY", static one => Seconds(one.DeregistrationDelaySeconds), IsWide: true),
            new("TAGS", static one => Pair.Text(one.Tags), IsWide: true),
        ]);

    /// <summary>Everything about one.</summary>
    public static void Describe(TargetGroup one, Details details) => details
        .Add("Name", one.Name)
        .Add("Id", one.Id)
        .Add("Targets", string.Create(CultureInfo.InvariantCulture, $"{one.Protocol}:{one.Port}"))
        .Add("Addresses", one.IpAddressType)
        .Add("Health", one.Status?.Operating, isStatus: true)
        .Add("Check", Check(one.HealthCheck))
        .Add("Matcher", one.HealthCheck?.Matcher)
        .Add("Timeout", Seconds(one.HealthCheck?.TimeoutSeconds))
        .Add("Thresholds", $"healthy after {one.HealthCheck?.HealthyThreshold}, "
            + $"unhealthy after {one.HealthCheck?.UnhealthyThreshold}")
        .Add("Deregistration", Seconds(one.DeregistrationDelaySeconds))
        .Add("Tags",
            string.Join(' ', (one.Tags ?? new Dictionary<string, string>()).Select(tag => $"{tag.Key}={tag.Value}")))
        .Add("Created", Moment.Of(one.CreatedAt))
        .Add("Attributes", Pair.Columns("ATTRIBUTE"), [.. one.Attributes ?? new Dictionary<string, string>()])
        .Add("Conditions", Condition.Columns, one.Status?.Conditions ?? []);

    private static string? Check(HealthCheck? check)
    {
        if (check is null)
            return null;
        string port = check.Port is null ? "" : $":{check.Port}";
        string path = check.Path is null ? "" : $" {check.Path}";
        return $"{check.Protocol}{port}{path} every {check.IntervalSeconds} s";
    }

    private static string? Seconds(int? seconds) => seconds is null ? null : $"{seconds} s";
}
