using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Hyperplane.Api.OpenApi;

/// <summary>Adds the query parameters that endpoints read by themselves, and describes paths and answers.</summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    /// <inheritdoc/>
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (IOpenApiParameter parameter in operation.Parameters ?? [])
        {
            string kind = parameter.Name is "zone" or "cell" or "node" ? "name" : "id";
            parameter.Description = $"The {kind} of the {Words(parameter.Name)}.";
        }

        foreach (QueryParameter query in context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>())
            (operation.Parameters ??= []).Add(Parameter(query));

        OpenApiResponses responses = operation.Responses ?? [];
        bool creates = responses.ContainsKey("201") || (responses.ContainsKey("202") && responses.ContainsKey("200"));
        foreach ((string status, IOpenApiResponse response) in responses)
        {
            if (response is OpenApiResponse answer)
                Describe(answer, status, creates);
        }

        return Task.CompletedTask;
    }

    private static void Describe(OpenApiResponse answer, string status, bool creates)
    {
        answer.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
        answer.Headers["X-Request-Id"] = Header("The request's id, for asking for help.");
        if (creates && (status is "201" or "202"))
            answer.Headers["Location"] = Header("Where a new resource is.");
        answer.Description = status switch
        {
            "200" => creates ? "Was there already, as asked." : "As asked.",
            "201" => "Created.",
            "202" => "Accepted; on its way to the nodes.",
            "204" => "Gone.",
            "400" => "Something in the request cannot be.",
            "401" => "The key is missing or not known.",
            "403" => "The key does not open this path.",
            "404" => "Not there, or another tenant's.",
            "409" => "Contradicts what exists.",
            "413" => "The body has more than 1,048,576 bytes.",
            "415" => "The body is not declared as JSON.",
            "503" => "An address pool or a cell has nothing left, or the database is away; try later.",
            _ => "A fault on our side.",
        };
    }

    private static OpenApiHeader Header(string description) => new()
    {
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiParameter Parameter(QueryParameter query) => new()
    {
        Name = query.Name,
        In = ParameterLocation.Query,
        Description = query.Description,
        Schema = new OpenApiSchema
        {
            Type = query.Type == "integer" ? JsonSchemaType.Integer : JsonSchemaType.String,
            Minimum = query.Minimum?.ToString(CultureInfo.InvariantCulture),
            Maximum = query.Maximum?.ToString(CultureInfo.InvariantCulture),
            Pattern = query.Pattern,
        },
    };

    private static string Words(string? name) =>
        string.Concat((name ?? "").Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString()));
}
