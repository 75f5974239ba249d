namespace Hyperplane.Api.OpenApi;

/// <summary>An example value for the OpenAPI document.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ExampleAttribute(object value) : Attribute
{
    /// <summary>A string or an int.</summary>
    public object Value { get; } = value;
}
