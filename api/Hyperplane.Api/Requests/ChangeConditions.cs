using System.Globalization;
using Hyperplane.Api.Problems;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Tenants;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Hyperplane.Api.Requests;

/// <summary>Reads on which conditions a change is asked for: <c>If-Match</c> (RFC 9110 section 13.1.1) and
/// <c>?validateOnly=true</c>.</summary>
internal sealed class ChangeConditions : IEndpointFilter
{
    private const int MostTags = 16;

    /// <inheritdoc/>
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method)
            || http.RequestServices.GetService<ChangeScope>() is not { } scope)
            return next(context);
        var findings = new Findings();
        scope.KeyId = http.Features.Get<Principal>()?.KeyId ?? scope.KeyId;
        scope.RequestId = http.TraceIdentifier;
        scope.ValidateOnly = QueryFlag.Read(http.Request, "validateOnly", findings);
        scope.IfMatch = IfMatch(http.Request.Headers.IfMatch, findings);
        return findings.None ? next(context) : ValueTask.FromResult<object?>(new ProblemResult(findings.ToProblem()));
    }

    /// <summary>The generations that will do; null when any will. A tag that we never gave matches nothing.</summary>
    private static List<long>? IfMatch(StringValues header, Findings findings)
    {
        if (header.Count == 0 || header.ToString().Trim() == "*")
            return null;
        string[] lines = [.. header.OfType<string>()];
        if (!EntityTagHeaderValue.TryParseStrictList(lines, out IList<EntityTagHeaderValue>? tags)
            || tags.Count > MostTags)
        {
            findings.Invalid("header:If-Match", "Must be the ETag of an answer, such as \"7\", or *.");
            return null;
        }

        var generations = new List<long>();
        foreach (EntityTagHeaderValue tag in tags)
        {
            if (!tag.IsWeak && long.TryParse(
                tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long generation))
                generations.Add(generation);
        }

        return generations;
    }
}
