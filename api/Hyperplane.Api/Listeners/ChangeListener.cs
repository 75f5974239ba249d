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
    private const int UsualIdleTimeoutSeconds = 350;

    [ItemCount(1, 5), Description("The target groups that share its new flows by weight from now on.")]
    public List<WeightedGroup>? TargetGroups { get; init; }

    [Between(60, 6000), Example(350), Description("Null: 350. UDP's is always 120.")]
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
        WeightedGroup.Check(TargetGroups, mayCreate: false, findings);
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public ListenerChange ToChange() => new(
        TargetGroups?.ConvertAll(group => group.ToShare()),
        IdleTimeoutSeconds ?? (Cleared.Contains("idleTimeoutSeconds") ? UsualIdleTimeoutSeconds : null))
    {
        AllowedCidrs = AllowedCidrs ?? (Cleared.Contains("allowedCidrs") ? [] : null),
        DeniedCidrs = DeniedCidrs ?? (Cleared.Contains("deniedCidrs") ? [] : null),
    };
}
