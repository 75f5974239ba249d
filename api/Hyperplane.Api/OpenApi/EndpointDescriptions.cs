using Hyperplane.Api.Authentication;
using Hyperplane.Api.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hyperplane.Api.OpenApi;

/// <summary>Says of an endpoint what the document needs, and who may use it.</summary>
internal static class EndpointDescriptions
{
    /// <summary>What it is.</summary>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder endpoint, string tag, string operationId, string summary, string description) =>
        endpoint.WithTags(tag).WithName(operationId).WithSummary(summary).WithDescription(description);

    /// <summary>Its good answers, all with the same body.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (int status in statuses)
            endpoint.Produces<T>(status);
        return endpoint;
    }

    /// <summary>Its good answer without a body.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, int status) =>
        endpoint.Produces(status);

    /// <summary>Its good answer, a text that goes on.</summary>
    public static RouteHandlerBuilder Streams(this RouteHandlerBuilder endpoint, string mediaType) =>
        endpoint.Produces<string>(200, mediaType);

    /// <summary>Its good answer, a text in the one or the other format.</summary>
    public static RouteHandlerBuilder AnswersText(
        this RouteHandlerBuilder endpoint, string mediaType, params string[] others) =>
        endpoint.Produces<string>(200, mediaType, others);

    /// <summary>Its own bad answers, beside those of every endpoint.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (int status in (ReadOnlySpan<int>)[.. statuses, 401, 403, 429, 500, 503])
            endpoint.Produces<Problem>(status, ProblemResult.ContentType);
        return endpoint;
    }

    /// <summary>Whose key opens it.</summary>
    public static RouteHandlerBuilder Opens(this RouteHandlerBuilder endpoint, Access access) =>
        endpoint.WithMetadata(new AccessRule(access));
}
