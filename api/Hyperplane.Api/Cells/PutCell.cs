using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;

namespace Hyperplane.Api.Cells;

/// <summary>The body that declares a cell. Its zone cannot be changed later.</summary>
internal sealed record PutCell : IRequestBody
{
    [Required, Pattern(OperatorName.Allowed, OperatorName.Message), Example("a"),
     Description("The zone that it is in.")]
    public string? Zone { get; init; }
}
