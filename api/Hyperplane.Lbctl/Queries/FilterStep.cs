using System.Text.Json;

namespace Hyperplane.Lbctl.Queries;

/// <summary>The items of a list of which something is, or is not, equal to a value.</summary>
internal sealed record FilterStep(JsonQuery Of, bool IsEqual, JsonElement Value) : QueryStep
{
    /// <summary>Whether an item is one of them.</summary>
    public bool Holds(JsonElement item) => JsonElement.DeepEquals(Of.Select(item), Value) == IsEqual;
}
