using Hyperplane.Controller.Contracts.Requests;
using Microsoft.AspNetCore.Http;

namespace Hyperplane.Api.Problems;

/// <summary>While the database is known to be away, every request is told so at once: none waits for a connection that
/// hangs.</summary>
internal sealed class OutageMiddleware(RequestDelegate next, IDatabaseWatch? watch = null)
{
    public Task InvokeAsync(HttpContext context) =>
        watch is { IsAway: true } && context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)
            ? new ProblemResult(ProblemMiddleware.DatabaseAway).ExecuteAsync(context)
            : next(context);
}
