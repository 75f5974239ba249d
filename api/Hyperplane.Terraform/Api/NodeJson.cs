using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Hyperplane.Terraform.Api;

/// <summary>How JSON nodes are written, generated at build.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class NodeJson : JsonSerializerContext;
