using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Api.Listeners;

/// <summary>A target group that a listener is to forward to.</summary>
internal sealed record WeightedGroup : IRequestBody
{
    [Required, Pattern("^[A-Za-z0-9_-]{1,64}$", "Must be the id of a target group."), Example("tg-0c6c4f7e"),
     Description("The id of a target group of the same tenant.")]
    public string? TargetGroupId { get; init; }

    [Between(0, 999), Example(1), Description("Its share of new flows, 1 by default; 0 gives it none.")]
    public int? Weight { get; init; }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public TargetGroupShare ToShare() => new(TargetGroupId!, Weight ?? 1);
}
