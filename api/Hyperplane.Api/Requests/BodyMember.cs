using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization.Metadata;

namespace Hyperplane.Api.Requests;

/// <summary>
/// A member of a request record: its name on the wire, whether it must be there, the rules for its value.
/// </summary>
internal sealed class BodyMember(JsonPropertyInfo property)
{
    /// <summary>Its name on the wire.</summary>
    public string Name => property.Name;

    /// <summary>Its type.</summary>
    public Type Type { get; } = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    /// <summary>Whether it must be there.</summary>
    public bool Required { get; } = Attributes(property).OfType<RequiredAttribute>().Any();

    /// <summary>What its value must fulfil, by itself.</summary>
    public IReadOnlyList<ValidationAttribute> Rules { get; } =
        [.. Attributes(property).Where(a => a is not RequiredAttribute)];

    /// <summary>Sets it on a record under construction.</summary>
    public void Set(object record, object value) =>
        (property.Set ?? throw new InvalidOperationException($"{property.Name} cannot be set"))(record, value);

    private static IEnumerable<ValidationAttribute> Attributes(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(inherit: true).OfType<ValidationAttribute>() ?? [];
}
