using System.Text.Json.Serialization.Metadata;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Api;

/// <summary>What lbctl knows about one kind of resource.</summary>
/// <param name="Noun">For messages: <c>nlb</c>, <c>target group</c>.</param>
/// <param name="Type">How to read it.</param>
/// <param name="Id">Its id; what the API's paths want.</param>
/// <param name="Name">What a person calls it.</param>
/// <param name="Columns">Its table.</param>
internal sealed record ResourceKind<T>(
    string Noun,
    JsonTypeInfo<T> Type,
    Func<T, string> Id,
    Func<T, string> Name,
    IReadOnlyList<Column<T>> Columns)
{
    /// <summary>For messages: <c>nlb web (nlb-1)</c>.</summary>
    public string Label(T resource) =>
        Id(resource) == Name(resource) ? $"{Noun} {Name(resource)}" : $"{Noun} {Name(resource)} ({Id(resource)})";
}
