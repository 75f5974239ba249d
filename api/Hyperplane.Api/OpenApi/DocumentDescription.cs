using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Hyperplane.Api.OpenApi;

/// <summary>What the document says of the API as a whole.</summary>
internal sealed class DocumentDescription : IOpenApiDocumentTransformer
{
    private const string SchemeName = "apiKey";

    private static readonly (string Name, string Description)[] Tags =
    [
        ("Load balancers", "One static address in each zone."),
        ("Listeners", "What arrives at a port goes to a target group."),
        ("Target groups", "Where flows go, and how health is checked."),
        ("Targets", "The hosts of a target group, with their health."),
        ("Tenants", "Who owns resources, and their keys; an operator's business."),
        ("Elastic IPs", "Addresses that stay, whatever they lead to."),
        ("Events", "Who changed what and when."),
        ("Cells", "Zones, address pools, cells and nodes; an operator's business."),
        ("Snapshots", "What a cell's nodes are told, version by version; an operator's business."),
    ];

    /// <inheritdoc/>
    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Hyperplane",
            Version = "v1",
            Description = "Network load balancers on a shared fleet of cells. Every change is accepted at once and "
                + "reconciled: compare `generation` with `status.observedGeneration`. Errors are RFC 9457 problems "
                + "with a stable `code` and everything that is wrong in `errors`.",
            Contact = new OpenApiContact { Name = "Hyperplane" },
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        foreach (OpenApiServer server in document.Servers ?? [])
            server.Url = server.Url?.TrimEnd('/');
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [SchemeName] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key: a tenant's or the operator's.",
            },
        };
        document.Security =
            [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SchemeName, document)] = [] }];
        document.Tags = Tags.Select(t => new OpenApiTag { Name = t.Name, Description = t.Description }).ToHashSet();
        foreach (OpenApiSchema schema in document.Components.Schemas?.Values.OfType<OpenApiSchema>() ?? [])
        {
            // Null is said where an enumeration may be left out, not of the enumeration.
            schema.Enum = schema.Enum?.Where(value => value is not null && !value.IsJsonNullSentinel()).ToList();
            RefuseNull(schema);
        }

        return Task.CompletedTask;
    }

    /// <summary>A request's required member is nullable in the code alone; on the wire null is refused.</summary>
    private static void RefuseNull(OpenApiSchema schema)
    {
        if (schema.AdditionalPropertiesAllowed || schema.Properties is null)
            return;
        foreach (string name in schema.Required ?? new HashSet<string>())
        {
            if (schema.Properties[name].OneOf is [{ Type: JsonSchemaType.Null }, var only])
                schema.Properties[name] = only;
        }
    }
}
