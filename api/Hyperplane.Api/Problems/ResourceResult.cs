using System.Globalization;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.Outcomes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Api.Problems;

/// <summary>Answers with one resource, its entity tag, where it is when it is new, and where to see that it is done.
/// What was only validated is answered 200: nothing was accepted.</summary>
internal sealed class ResourceResult<TView>(int status, TView view, string? location = null) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (view is IVersioned versioned)
            httpContext.Response.Headers.ETag = Tag(versioned.Generation);
        bool isKept = httpContext.RequestServices.GetService<ChangeScope>() is not { ValidateOnly: true };
        if (isKept && location is not null)
            httpContext.Response.Headers.Location = location;
        if (isKept && status == StatusCodes.Status202Accepted)
            OperationLocation.Tell(httpContext, location);
        return TypedResults.Json(view, statusCode: isKept ? status : StatusCodes.Status200OK)
            .ExecuteAsync(httpContext);
    }

    private static string Tag(long generation) => string.Create(CultureInfo.InvariantCulture, $"\"{generation}\"");
}
