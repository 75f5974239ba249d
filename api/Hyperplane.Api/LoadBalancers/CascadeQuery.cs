using System.Reflection;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>Whether what only the deleted used goes too: <c>?cascade=true</c>.</summary>
internal sealed record CascadeQuery(bool Cascade, Problem? Problem) : IRefusable, IEndpointParameterMetadataProvider
{
    /// <summary>Reads the query of a request; called by the framework.</summary>
    public static ValueTask<CascadeQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var findings = new Findings();
        bool cascade = QueryFlag.Read(context.Request, "cascade", findings);
        return ValueTask.FromResult<CascadeQuery?>(
            new CascadeQuery(cascade, findings.None ? null : findings.ToProblem()));
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new QueryParameter(
            "cascade",
            "With `true` the target groups that only its listeners used go too, with their targets; others stay.",
            "boolean"));
}
