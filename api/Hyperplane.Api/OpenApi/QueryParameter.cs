namespace Hyperplane.Api.OpenApi;

/// <summary>Describes a query parameter that an endpoint reads by itself.</summary>
/// <param name="Name">As in the query.</param>
/// <param name="Description">For the document.</param>
/// <param name="Type">JSON Schema's: boolean, integer or string; object for strings.</param>
/// <param name="Minimum">Of an integer.</param>
/// <param name="Maximum">Of an integer.</param>
/// <param name="Pattern">Of a string.</param>
internal sealed record QueryParameter(
    string Name,
    string Description,
    string Type,
    int? Minimum = null,
    int? Maximum = null,
    string? Pattern = null);
