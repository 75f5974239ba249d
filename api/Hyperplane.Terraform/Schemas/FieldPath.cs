using System.Collections.Immutable;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Schemas;

/// <summary>A place in a configuration: names of fields, keys of maps, elements of sets.</summary>
internal sealed record FieldPath(ImmutableArray<FieldPath.Step> Steps)
{
    /// <summary>The whole.</summary>
    public static FieldPath Root { get; } = new([]);

    /// <summary>The path of a field at the top, or of one in it.</summary>
    public static FieldPath Of(string field, params IReadOnlyList<string> nested) =>
        nested.Aggregate(Root.Field(field), (path, name) => path.Field(name));

    /// <summary>A field of what is here.</summary>
    public FieldPath Field(string name) => new(Steps.Add(new Step(name, IsKey: false)));

    /// <summary>An entry of the map that is here.</summary>
    public FieldPath Key(string key) => new(Steps.Add(new Step(key, IsKey: true)));

    /// <summary>One step down.</summary>
    /// <param name="Name">Of the field, or the key.</param>
    /// <param name="IsKey">Whether it is a map's key.</param>
    internal readonly record struct Step(string Name, bool IsKey);
}
