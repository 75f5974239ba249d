using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Schemas;

/// <summary>The fields of a resource, a data source or the provider.</summary>
/// <param name="Description">For documentation.</param>
/// <param name="Fields">All of them.</param>
internal sealed record ResourceSchema(string Description, params IReadOnlyList<Field> Fields)
{
    /// <summary>The type of the whole.</summary>
    public AttributeType Type { get; } =
        AttributeType.Object(Fields.Select(field => KeyValuePair.Create(field.Name, field.Type)));

    /// <summary>Grows when old states need <see cref="Resources.Resource.Upgrade"/>.</summary>
    public long Version { get; init; }
}
