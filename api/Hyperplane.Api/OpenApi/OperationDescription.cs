using System.Globalization;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Resources;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Hyperplane.Api.OpenApi;

/// <summary>Adds the query parameters that endpoints read by themselves, and describes paths and answers.</summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    private const string Validated = "Only validated; as it would be.";

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
        bool isVersioned = context.Description.SupportedResponseTypes.Any(
            answer => typeof(IVersioned).IsAssignableFrom(answer.Type));
        if (context.Description.HttpMethod is { } method && method != "GET")
        {
            AddConditions(operation);
            AddAnswers(responses);
        }

        foreach ((string status, IOpenApiResponse response) in responses)
        {
            if (response is OpenApiResponse answer)
                Describe(answer, status, creates, isVersioned);
        }

        return Task.CompletedTask;
    }

    private static void Describe(OpenApiResponse answer, string status, bool creates, bool isVersioned)
    {
        answer.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
        answer.Headers["X-Request-Id"] = Header("The request's id, for asking for help.");
        if (isVersioned && (status is "200" or "201" or "202"))
            answer.Headers["ETag"] = Header("The generation of what is wanted, for `If-Match`.");
        if (status is "429" or "503")
            answer.Headers["Retry-After"] = Header("When to try again, in seconds.");
        if (creates && (status is "201" or "202"))
            answer.Headers["Location"] = Header("Where a new resource is.");
        if (status is "202")
            answer.Headers[OperationLocation.Header] = Header(
                "Where `status` tells how far it is; of targets their list. 404 after a deletion: it is done.");
        answer.Description = status switch
        {
            "200" when creates => "Was there already, as asked; or was only validated.",
            "200" => answer.Description == Validated ? Validated : "As asked.",
            "201" => "Created.",
            "202" => "Accepted; on its way to the nodes.",
            "204" => "Gone.",
            "400" => "Something in the request cannot be.",
            "401" => "The key is missing or not known.",
            "403" => "The key does not open this path.",
            "404" => "Not there, or another tenant's.",
            "409" => "Contradicts what exists.",
            "412" => "Not at the generation of `If-Match` by now; read it again.",
            "413" => "The body has more than 1,048,576 bytes.",
            "415" => "The body is not declared as JSON.",
            "422" => "Another request had this `Idempotency-Key`.",
            "429" => "Too many requests; wait for `Retry-After` seconds.",
            "503" => "An address pool or a cell has nothing left, or the database is away; try later.",
            _ => "A fault on our side.",
        };
    }

    /// <summary>What every change may be answered, because of what every change may ask for.</summary>
    private static void AddAnswers(OpenApiResponses responses)
    {
        foreach (string status in (string[])["400", "409", "422"])
            responses.TryAdd(status, new OpenApiResponse { Content = responses["500"].Content });
        if (responses.TryGetValue("202", out IOpenApiResponse? accepted))
            responses.TryAdd("200", new OpenApiResponse { Content = accepted.Content, Description = Validated });
    }

    /// <summary>What every change may ask for.</summary>
    private static void AddConditions(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "validateOnly",
            In = ParameterLocation.Query,
            Description = "With `true` all is checked and nothing is kept; the answer is 200 with what would be.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean },
        });
        operation.Parameters.Add(Text(
            "Idempotency-Key", "The same request with the same key is done once, and answered the same for a day."));
        if (operation.Responses?.ContainsKey("412") == true)
            operation.Parameters.Add(Text("If-Match", "Only if the resource's `ETag` is still this one."));
    }

    private static OpenApiParameter Text(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiHeader Header(string description) => new()
    {
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiParameter Parameter(QueryParameter query) => query.Type == "object" ? Members(query) : new()
    {
        Name = query.Name,
        In = ParameterLocation.Query,
        Description = query.Description,
        Schema = new OpenApiSchema
        {
            Type = query.Type switch
            {
                "boolean" => JsonSchemaType.Boolean,
                "integer" => JsonSchemaType.Integer,
                _ => JsonSchemaType.String,
            },
            Minimum = query.Minimum?.ToString(CultureInfo.InvariantCulture),
            Maximum = query.Maximum?.ToString(CultureInfo.InvariantCulture),
            Pattern = query.Pattern,
        },
    };

    /// <summary>Each member of the object is a parameter by itself.</summary>
    private static OpenApiParameter Members(QueryParameter query) => new()
    {
        Name = query.Name,
        In = ParameterLocation.Query,
        Description = query.Description,
        Style = ParameterStyle.Form,
        Explode = true,
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String },
        },
    };

    private static string Words(string? name) =>
        string.Concat((name ?? "").Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString()));
}
