using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Hyperplane.Api.OpenApi;

/// <summary>
/// Makes schemas say what <see cref="BodyReader"/> does: required members, names of enumerations, patterns, examples.
/// </summary>
internal sealed class SchemaDescription : IOpenApiSchemaTransformer
{
    /// <summary>The name of a type's schema: without the code's suffix, <c>LoadBalancerList</c> for a list.</summary>
    public static string? ReferenceId(JsonTypeInfo info)
    {
        string? id = OpenApiOptions.CreateDefaultSchemaReferenceId(info);
        if (info.Type.IsGenericType && info.Type.GetGenericTypeDefinition() == typeof(Resources.ListView<>))
            return Plain(info.Type.GetGenericArguments()[0].Name) + "List";
        return id is null ? null : Plain(id);
    }

    /// <inheritdoc/>
    public Task TransformAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        Type type = context.JsonTypeInfo.Type;
        Type bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare.IsEnum)
            schema.Type = bare == type ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        if (type == typeof(StringPatch))
            schema.AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null };
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && schema.Properties is not null)
            DescribeMembers(schema, context.JsonTypeInfo);
        if (context.JsonPropertyInfo?.AttributeProvider is MemberInfo member)
            DescribeMember(schema, member);
        return Task.CompletedTask;
    }

    /// <summary>Requests are closed, answers are open: a member that comes later breaks no client.</summary>
    private static void DescribeMembers(OpenApiSchema schema, JsonTypeInfo info)
    {
        bool request = typeof(IRequestBody).IsAssignableFrom(info.Type);
        schema.AdditionalPropertiesAllowed = !request;
        foreach (JsonPropertyInfo property in info.Properties)
        {
            if (property.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: true) == true)
                (schema.Required ??= new HashSet<string>(StringComparer.Ordinal)).Add(property.Name);
        }
    }

    private static void DescribeMember(OpenApiSchema schema, MemberInfo member)
    {
        bool request = typeof(IRequestBody).IsAssignableFrom(member.DeclaringType);
        if (request && member.IsDefined(typeof(RequiredAttribute)))
            schema.Type &= ~JsonSchemaType.Null;
        if (member.GetCustomAttribute<ExampleAttribute>() is { } example)
            schema.Examples = [JsonValue.Create(example.Value)!];
        if (member.GetCustomAttribute<Ipv4AddressAttribute>() is not null)
            schema.Format = "ipv4";
        if (member.GetCustomAttribute<IpAddressAttribute>() is { Ipv6Only: true })
            schema.Format = "ipv6";
        if (member.GetCustomAttribute<TagCountAttribute>() is not null)
            schema.MaxProperties = TagCountAttribute.Limit;
    }

    private static string Plain(string name) =>
        name.EndsWith("View", StringComparison.Ordinal) ? name[..^4] : name;
}
