using System.Text.RegularExpressions;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests.Rules;
using Microsoft.AspNetCore.Http;

namespace Hyperplane.Api.Requests;

/// <summary>Answers instead of the endpoint when its path, query or body cannot be used.</summary>
internal sealed partial class RefusalFilter : IEndpointFilter
{
    // What a PUT creates is named by its path.
    private static readonly HashSet<string> Named = new(["zone", "cell", "node"], StringComparer.Ordinal);
    private static readonly PatternAttribute NameRule = new(OperatorName.Allowed, OperatorName.Message);

    /// <inheritdoc/>
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        Problem? problem = BadPath(context.HttpContext.Request);
        foreach (object? argument in context.Arguments)
        {
            if (problem is null && argument is IRefusable { Problem: { } bad })
                problem = bad;
        }

        return problem is null ? next(context) : ValueTask.FromResult<object?>(new ProblemResult(problem));
    }

    /// <summary>An id that cannot be is not found; a name that is to be created must be right.</summary>
    private static Problem? BadPath(HttpRequest request)
    {
        if (!HttpMethods.IsPut(request.Method) || !request.RouteValues.Keys.All(Named.Contains))
            return request.RouteValues.Values.All(v => Id().IsMatch(v as string ?? ""))
                ? null
                : Problem.Of(404, ProblemCodes.NotFound, "There is no such resource.");

        var findings = new Findings();
        foreach ((string key, object? value) in request.RouteValues)
        {
            if (!NameRule.IsValid(value))
                findings.Invalid($"path:{key}", OperatorName.Message);
        }

        return findings.None ? null : findings.ToProblem();
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Id();
}
