using System.Text.Json.Serialization;

namespace Hyperplane.Lbctl.Applying.Requests;

/// <summary>The bodies that a file becomes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NewTargetGroup))]
[JsonSerializable(typeof(NewLoadBalancer))]
[JsonSerializable(typeof(NewListener))]
internal sealed partial class ApplyJson : JsonSerializerContext;
