using System.Globalization;
using System.Reflection;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Outcomes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Hyperplane.Api.Requests;

/// <summary>Which part of a list is wanted: <c>?pageSize=1..1000&amp;pageToken=…&amp;name=…</c>.</summary>
internal sealed class PageQuery : IRefusable, IEndpointParameterMetadataProvider
{
    private const int LargestPage = 1000;
    private const int UsualPage = 100;

    private PageQuery(PageRequest request, Problem? problem)
    {
        Request = request;
        Problem = problem;
    }

    /// <inheritdoc/>
    public Problem? Problem { get; }

    /// <summary>The same in the controller's words.</summary>
    public PageRequest Request { get; }

    /// <summary>Describes <c>?name=</c>, which only lists of named resources know.</summary>
    public static QueryParameter NameParameter { get; } =
        new("name", "Only the resource of this name.", "string", Pattern: ResourceNameAttribute.Allowed);

    /// <summary>Reads the query of a request; called by the framework.</summary>
    public static ValueTask<PageQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        IQueryCollection query = context.Request.Query;
        var findings = new Findings();
        int size = UsualPage;
        if (Text(query, "pageSize") is { } wanted
            && (!int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out size)
                || size is < 1 or > LargestPage))
            findings.Invalid("query:pageSize", "Must be a whole number from 1 to 1000.");

        string? token = Text(query, "pageToken");
        if (!PageToken.TryParse(token, out _))
            findings.Invalid("query:pageToken", "Must be the nextPageToken of the page before.");

        string? name = Text(query, "name");
        if (name is not null && !new ResourceNameAttribute().IsValid(name))
            findings.Invalid("query:name", ResourceNameAttribute.Message);

        return ValueTask.FromResult<PageQuery?>(
            new PageQuery(new PageRequest(size, token, name), findings.None ? null : findings.ToProblem()));
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new QueryParameter(
            "pageSize", "How many items at most; 100 by default.", "integer", Minimum: 1, Maximum: LargestPage));
        builder.Metadata.Add(new QueryParameter("pageToken", "The `nextPageToken` of the page before.", "string"));
    }

    private static string? Text(IQueryCollection query, string name) =>
        query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? values.ToString() : null;
}
