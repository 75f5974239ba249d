using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Outcomes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;

namespace Hyperplane.Api.Requests;

/// <summary>
/// Which part of a list is wanted: <c>?pageSize=1..1000&amp;pageToken=…&amp;name=…&amp;orderBy=…&amp;tag.KEY=…</c>.
/// </summary>
internal sealed class PageQuery : IRefusable, IEndpointParameterMetadataProvider
{
    private const int LargestPage = 1000;
    private const int UsualPage = 100;
    private const int MarkBytes = 6;
    private const string PageSizeName = "pageSize";
    private const string PageTokenName = "pageToken";

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
        if (Text(query, PageSizeName) is { } wanted
            && (!int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out size)
                || size is < 1 or > LargestPage))
            findings.Invalid($"query:{PageSizeName}", "Must be a whole number from 1 to 1000.");

        KeyValuePair<string, string>[] said = [.. Said(context.Request)];
        string mark = Mark(context.Request.Path, said);
        string? text = Text(query, PageTokenName);
        PageToken token = default;
        if (text is not null && !PageToken.TryParse(text, out token))
            findings.Invalid($"query:{PageTokenName}", "Must be the nextPageToken of the page before.");
        else if (text is not null && token.Mark != mark)
            findings.Invalid(
                $"query:{PageTokenName}",
                "Belongs to another query: ask with the path and parameters of the page before (pageSize may differ), "
                    + "or begin anew without it.");

        string? name = Text(query, "name");
        if (name is not null && !new ResourceNameAttribute().IsValid(name))
            findings.Invalid("query:name", ResourceNameAttribute.Message);

        ListOrder order = default;
        if (Text(query, OrderQuery.Name) is { } orderBy)
        {
            string? wrong = Parameters(context).FirstOrDefault(one => one.Name == OrderQuery.Name) is { } known
                ? OrderQuery.Read(orderBy, known, out order)
                : "This list comes in order of creation only.";
            if (wrong is not null)
                findings.Invalid($"query:{OrderQuery.Name}", wrong);
        }

        Dictionary<string, string> tags = TagQuery.Read(said, findings);
        if (tags.Count > 0 && !Parameters(context).Contains(TagQuery.Parameter))
            findings.Invalid("query:tag", "This list cannot be asked by tags.");

        var request = new PageRequest(size, text, name) { Order = order, Tags = tags, Mark = mark };
        return ValueTask.FromResult<PageQuery?>(
            new PageQuery(request, findings.None ? null : findings.ToProblem()));
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new QueryParameter(
            PageSizeName, "How many items at most; 100 by default.", "integer", Minimum: 1, Maximum: LargestPage));
        builder.Metadata.Add(new QueryParameter(PageTokenName, "The `nextPageToken` of the page before.", "string"));
    }

    /// <summary>What the list's endpoint describes.</summary>
    private static IReadOnlyList<QueryParameter> Parameters(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetOrderedMetadata<QueryParameter>() ?? [];

    /// <summary>The parameters in the order and the case that were sent.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Said(HttpRequest request)
    {
        foreach (QueryStringEnumerable.EncodedNameValuePair pair in
            new QueryStringEnumerable(request.QueryString.Value))
            yield return new(pair.DecodeName().ToString(), pair.DecodeValue().ToString());
    }

    /// <summary>
    /// What all pages of a query share: a hash of the path and of the parameters but those of the page, in their order.
    /// </summary>
    private static string Mark(string path, IEnumerable<KeyValuePair<string, string>> said)
    {
        string[] parameters =
        [
            .. said.Where(one => !one.Key.Equals(PageSizeName, StringComparison.OrdinalIgnoreCase)
                    && !one.Key.Equals(PageTokenName, StringComparison.OrdinalIgnoreCase))
                .SelectMany(one => (string[])[one.Key, one.Value]),
        ];
        byte[] hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes((string[])[path, .. parameters]));
        return Convert.ToHexStringLower(hash.AsSpan(0, MarkBytes));
    }

    private static string? Text(IQueryCollection query, string name) =>
        query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? values.ToString() : null;
}
