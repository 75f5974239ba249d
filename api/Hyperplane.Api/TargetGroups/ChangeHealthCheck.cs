using System.ComponentModel;
using System.Text.Json.Serialization;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Api.TargetGroups;

/// <summary>What is to be otherwise in a health check; what is left out stays, null is the default.</summary>
internal sealed record ChangeHealthCheck : IPatchBody
{
    [Description("From TCP to HTTP or HTTPS the path and the matcher begin anew.")]
    public ProbeProtocol? Protocol { get; init; }

    [Between(1, 65535), Description("Null: the target's own port.")]
    public int? Port { get; init; }

    [Pattern(
     @"^/[!-~]{0,1023}$", "Must begin with a slash and have at most 1024 printable ASCII characters, no space."),
     Example("/healthz"), Description("HTTP and HTTPS only.")]
    public string? Path { get; init; }

    [Between(1, 300), Example(10), Description("Null: 30.")]
    public int? IntervalSeconds { get; init; }

    [Between(1, 120), Example(5), Description("At most the interval. Null: what a new group has.")]
    public int? TimeoutSeconds { get; init; }

    [Between(2, 10), Description("Null: 5.")]
    public int? HealthyThreshold { get; init; }

    [Between(2, 10), Description("Null: 2.")]
    public int? UnhealthyThreshold { get; init; }

    [Pattern("^[1-5][0-9]{2}(-[1-5][0-9]{2})?$", "Must be a status code or a range of them, such as 200 or 200-399."),
     Example("200-399"), Description("HTTP and HTTPS only.")]
    public string? Matcher { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public HashSet<string> Cleared { get; } = new(StringComparer.Ordinal);

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public HealthCheckChange ToChange()
    {
        var usual = new CreateHealthCheck { Protocol = Protocol };
        HealthCheckConfig defaults = usual.ToConfig();
        return new HealthCheckChange
        {
            Protocol = Protocol is null && !Cleared.Contains("protocol") ? null : defaults.Protocol,
            Port = Port,
            ClearsPort = Cleared.Contains("port"),
            Path = Path,
            IntervalSeconds = Or(IntervalSeconds, "intervalSeconds", defaults.IntervalSeconds),
            TimeoutSeconds = Or(TimeoutSeconds, "timeoutSeconds", defaults.TimeoutSeconds),
            HealthyThreshold = Or(HealthyThreshold, "healthyThreshold", defaults.HealthyThreshold),
            UnhealthyThreshold = Or(UnhealthyThreshold, "unhealthyThreshold", defaults.UnhealthyThreshold),
            Matcher = Matcher,
        };
    }

    private int? Or(int? said, string name, int usual) => said ?? (Cleared.Contains(name) ? usual : null);
}
