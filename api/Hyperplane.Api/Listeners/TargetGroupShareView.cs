using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Api.Listeners;

/// <summary>A target group that a listener forwards to.</summary>
internal sealed record TargetGroupShareView(
    [property: Required, Example("tg-0c6c4f7e"), Description("The target group.")] string TargetGroupId,
    [property: Required, Example(1), Description("Its share of new flows.")] int Weight)
{
    /// <summary>The controller's share for the wire.</summary>
    public static TargetGroupShareView From(TargetGroupShare share) => new(share.TargetGroupId, share.Weight);
}
