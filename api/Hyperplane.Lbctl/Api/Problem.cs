namespace Hyperplane.Lbctl.Api;

/// <summary>An error as the API tells it (RFC 9457, with <c>code</c>, <c>errors</c> and <c>requestId</c>).</summary>
internal sealed record Problem(
    string? Title = null,
    string? Detail = null,
    string? Code = null,
    IReadOnlyList<ProblemError?>? Errors = null,
    string? RequestId = null);
