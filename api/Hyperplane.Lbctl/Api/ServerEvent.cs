using System.Text.Json;

namespace Hyperplane.Lbctl.Api;

/// <summary>An event of an answer that goes on.</summary>
internal sealed record ServerEvent(string Name, JsonElement Data);
