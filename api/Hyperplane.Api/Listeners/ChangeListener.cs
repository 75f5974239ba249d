using System.ComponentModel;
using System.Text.Json.Serialization;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Api.Listeners;

/// <summary>The merge patch of a listener: what is left out stays.</summary>
internal sealed record ChangeListener : IPatchBody
{
    [Description("What it listens to from now on; the target groups' must be the same, or TCP_UDP.")]
    public ListenerProtocol? Protocol { get; init; }

    [Between(1, 65535), Example(80), Description(
        "Where it listens from now on. Flows of a port or protocol that is left are no longer served.")]
    public int? Port { get; init; }

    [ItemCount(1, 5), Description("The target groups that share its new flows by weight from now on.")]
    public List<WeightedGroup>? TargetGroups { get; init; }

    [Between(60, 6000), Example(350), Description("Null: 350, or UDP's, which is always 120.")]
    public int? IdleTimeoutSeconds { get; init; }

    [ItemCount(0, 64), Description("The clients that may begin flows from now on. Null: everybody.")]
    public List<string>? AllowedCidrs { get; init; }

    [ItemCount(0, 64), Description("Those that may not from now on, whatever allowedCidrs says. Null: nobody.")]
    public List<string>? DeniedCidrs { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public HashSet<string> Cleared { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Check(Findings findings)
    {
        if (Cleared.Contains("targetGroups"))
            findings.Invalid("/targetGroups", "A listener sends its flows somewhere: name one to five groups.");
        foreach (string name in (string[])["protocol", "port"])
        {
            if (Cleared.Contains(name))
                findings.Invalid($"/{name}", "A listener has one: leave it out to keep it.");
        }

        WeightedGroup.Check(TargetGroups, mayCreate: false, findings);
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public ListenerChange ToChange() => new(
        TargetGroups?.ConvertAll(group => group.ToShare()), IdleTimeoutSeconds)
    {
        Protocol = Protocol?.ToContract(),
        Port = Port,
        ResetsIdleTimeout = Cleared.Contains("idleTimeoutSeconds"),
        AllowedCidrs = AllowedCidrs ?? (Cleared.Contains("allowedCidrs") ? [] : null),
        DeniedCidrs = DeniedCidrs ?? (Cleared.Contains("deniedCidrs") ? [] : null),
    };
}
