using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.WebUtilities;

namespace Hyperplane.Api.Problems;

/// <summary>Why a request was not done, as RFC 9457 problem details with the project's own members.</summary>
internal sealed record Problem
{
    [Required, Description("A URI for the kind of problem; `about:blank`, because `code` tells the kind.")]
    public string Type { get; init; } = "about:blank";

    [Required, Description("The phrase of the HTTP status.")]
    public required string Title { get; init; }

    [Required, Description("The HTTP status.")]
    public required int Status { get; init; }

    [Required, Description("One sentence for a person, with what to do next.")]
    public required string Detail { get; init; }

    [Description("The path that was asked for.")]
    public string? Instance { get; init; }

    [Required, Description("The stable name of the problem, made for programs.")]
    public required string Code { get; init; }

    [Required, Description("Everything that is wrong in the request; may be empty.")]
    public IReadOnlyList<ProblemError> Errors { get; init; } = [];

    [Required, Description("The `X-Request-Id` of the answer; name it when asking for help.")]
    public string RequestId { get; init; } = "";

    /// <summary>A problem without a list of errors.</summary>
    public static Problem Of(int status, string code, string detail) => new()
    {
        Status = status,
        Title = ReasonPhrases.GetReasonPhrase(status),
        Code = code,
        Detail = detail,
    };
}
