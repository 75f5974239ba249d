using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Schemas;

/// <summary>One attribute of a schema: what may be said, what is told, what a change of it means.</summary>
internal sealed record Field
{
    private Field(string name, string description) => (Name, Description) = (name, description);

    /// <summary>As in the configuration.</summary>
    public string Name { get; }

    /// <summary>For documentation.</summary>
    public string Description { get; }

    /// <summary>Of its value.</summary>
    public required AttributeType Type { get; init; }

    /// <summary>Its own fields; none for a plain one.</summary>
    public IReadOnlyList<Field> Nested { get; init; } = [];

    /// <summary>How often those occur; null for a plain one.</summary>
    public Nesting? Nesting { get; init; }

    /// <summary>Must be said.</summary>
    public bool IsRequired { get; init; }

    /// <summary>May be said.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Is told where it is not said.</summary>
    public bool IsComputed { get; init; }

    /// <summary>Is not shown.</summary>
    public bool IsSensitive { get; init; }

    /// <summary>Another value means another resource.</summary>
    public bool IsReplacing { get; init; }

    /// <summary>A computed one that any change of the resource may change.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>What it is where it is not said; null: nothing, or what is told.</summary>
    public Value? Default { get; init; }

    /// <summary>Each gives a sentence on what is wrong with a known value, or null.</summary>
    public IReadOnlyList<Func<Value, string?>> Rules { get; init; } = [];

    /// <summary>A string.</summary>
    public static Field Text(string name, string description) =>
        new(name, description) { Type = AttributeType.Text };

    /// <summary>A number.</summary>
    public static Field Number(string name, string description) =>
        new(name, description) { Type = AttributeType.Number };

    /// <summary>A bool.</summary>
    public static Field Truth(string name, string description) =>
        new(name, description) { Type = AttributeType.Truth };

    /// <summary>A set of strings.</summary>
    public static Field TextSet(string name, string description) =>
        new(name, description) { Type = AttributeType.Set(AttributeType.Text) };

    /// <summary>A map of strings.</summary>
    public static Field TextMap(string name, string description) =>
        new(name, description) { Type = AttributeType.Map(AttributeType.Text) };

    /// <summary>A list of what has fields.</summary>
    public static Field List(string name, string description, IReadOnlyList<Field> nested) =>
        Of(Schemas.Nesting.List, name, description, nested);

    /// <summary>A field with fields.</summary>
    public static Field Of(Nesting nesting, string name, string description, params IReadOnlyList<Field> nested)
    {
        AttributeType one = AttributeType.Object(nested.Select(field => KeyValuePair.Create(field.Name, field.Type)));
        return new(name, description)
        {
            Type = nesting switch
            {
                Schemas.Nesting.List => AttributeType.List(one),
                Schemas.Nesting.Set => AttributeType.Set(one),
                Schemas.Nesting.Map => AttributeType.Map(one),
                _ => one,
            },
            Nested = nested,
            Nesting = nesting,
        };
    }

    /// <summary>The same, to be said.</summary>
    public Field Required() => this with { IsRequired = true };

    /// <summary>The same, to be said or not.</summary>
    public Field Optional() => this with { IsOptional = true };

    /// <summary>The same, told where it is not said.</summary>
    public Field Computed() => this with { IsComputed = true };

    /// <summary>The same, told anew after each change.</summary>
    public Field Volatile() => this with { IsComputed = true, IsVolatile = true };

    /// <summary>The same, with what it is where it is not said.</summary>
    public Field Or(Value value) => this with { IsOptional = true, IsComputed = true, Default = value };

    /// <summary>The same; another value means another resource.</summary>
    public Field Replaces() => this with { IsReplacing = true };

    /// <summary>The same, not shown.</summary>
    public Field Sensitive() => this with { IsSensitive = true };

    /// <summary>The same with one more rule.</summary>
    public Field With(Func<Value, string?> rule) => this with { Rules = [.. Rules, rule] };

    /// <summary>The same, one of these texts.</summary>
    public Field OneOf(params string[] texts) => With(value => texts.Contains(value.AsText, StringComparer.Ordinal)
        ? null
        : $"{value} is none of {string.Join(", ", texts.Select(text => $"\"{text}\""))}.");

    /// <summary>The same, a whole number in these bounds.</summary>
    public Field Between(long min, long max) => With(value => value.AsWhole is { } whole && whole >= min && whole <= max
        ? null
        : $"{value} is no whole number from {min} to {max}.");
}
