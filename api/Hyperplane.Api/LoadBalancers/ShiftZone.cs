using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.LoadBalancers;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>The body that asks for a zonal shift.</summary>
internal sealed record ShiftZone : IRequestBody
{
    [Required, Pattern(OperatorName.Allowed, OperatorName.Message), Example("a"),
     Description("The zone to leave, one of the load balancer's and not its only one.")]
    public string? Zone { get; init; }

    [Required, Between(60, 259_200), Example(3600),
     Description("After so many seconds it ends by itself; 72 h at most.")]
    public int? ExpiresIn { get; init; }

    [Pattern(@"^[^\u0000-\u001f\u007f-\u009f]{0,128}$", "Must be up to 128 characters without control characters."),
     Example("power work in zone a"), Description("Why, in your own words.")]
    public string? Comment { get; init; }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public ZonalShiftConfig ToConfig() => new(Zone!, ExpiresIn!.Value, Comment);
}
