using System.Text.Json;

namespace Hyperplane.Lbctl.Api;

/// <summary>A resource as the API wrote it, and what of it lbctl understands.</summary>
/// <param name="Value">For tables and decisions.</param>
/// <param name="Json">For <c>-o json</c> and <c>-o yaml</c>, unchanged.</param>
internal sealed record Resource<T>(T Value, JsonElement Json);
