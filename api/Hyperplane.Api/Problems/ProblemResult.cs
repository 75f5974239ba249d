using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Hyperplane.Api.Problems;

/// <summary>
/// Writes a <see cref="Problem"/> as <c>application/problem+json</c>, naming the path and the request.
/// </summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    public const string ContentType = "application/problem+json";

    /// <summary>What is written; the path and the request's id come with the request.</summary>
    public Problem Problem { get; } = problem;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        JsonSerializerOptions json =
            httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        Problem whole = Problem with
        {
            Instance = httpContext.Request.Path.ToUriComponent(),
            RequestId = httpContext.TraceIdentifier,
        };
        httpContext.Response.StatusCode = whole.Status;
        if (RetryAfter(whole) is { } seconds)
            httpContext.Response.Headers.RetryAfter = seconds;
        httpContext.Response.Headers.CacheControl = "no-store";
        httpContext.Response.ContentType = ContentType;
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(whole, json);
        httpContext.Response.ContentLength = body.Length;
        await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    /// <summary>In seconds; null where trying again changes nothing.</summary>
    private static string? RetryAfter(Problem problem) => problem switch
    {
        { Code: ProblemCodes.Unavailable } => "5",
        { Status: StatusCodes.Status429TooManyRequests } or { Code: ProblemCodes.UnderWay } => "1",
        _ => null,
    };
}
