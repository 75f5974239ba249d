using Google.Protobuf;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Protocol;

/// <summary>Schemas, findings and values as the protocol's messages.</summary>
internal static class Wire
{
    /// <summary>A value of a type.</summary>
    public static DynamicValue Of(Value value, AttributeType type) =>
        new() { Msgpack = UnsafeByteOperations.UnsafeWrap(ValueCodec.Encode(value, type)) };

    /// <summary>The value that Terraform sent; none is null.</summary>
    public static Value Read(DynamicValue? sent, AttributeType type)
    {
        if (sent is null)
            return Value.Null;
        if (!sent.Msgpack.IsEmpty)
            return ValueCodec.Decode(sent.Msgpack.Span, type);
        return sent.Json.IsEmpty ? Value.Null : ValueCodec.DecodeJson(sent.Json.Memory, type);
    }

    /// <summary>What a person is told.</summary>
    public static Diagnostic Of(Finding finding) => new()
    {
        Severity = finding.IsWarning ? Diagnostic.Types.Severity.Warning : Diagnostic.Types.Severity.Error,
        Summary = finding.Summary,
        Detail = finding.Detail,
        Attribute = finding.Path is { } path ? Of(path) : null,
    };

    /// <summary>A place.</summary>
    public static AttributePath Of(FieldPath path)
    {
        var sent = new AttributePath();
        sent.Steps.AddRange(path.Steps.Select(step => step.IsKey
            ? new AttributePath.Types.Step { ElementKeyString = step.Name }
            : new AttributePath.Types.Step { AttributeName = step.Name }));
        return sent;
    }

    /// <summary>A schema.</summary>
    public static Schema Of(ResourceSchema schema)
    {
        var block = new Schema.Types.Block { Description = schema.Description };
        block.Attributes.AddRange(schema.Fields.Select(Of));
        return new Schema { Version = schema.Version, Block = block };
    }

    private static Schema.Types.Attribute Of(Field field)
    {
        var sent = new Schema.Types.Attribute
        {
            Name = field.Name,
            Description = field.Description,
            Required = field.IsRequired,
            Optional = field.IsOptional,
            Computed = field.IsComputed,
            Sensitive = field.IsSensitive,
        };
        if (field.Nesting is { } nesting)
        {
            sent.NestedType = new Schema.Types.Object { Nesting = (Schema.Types.Object.Types.Nesting)nesting };
            sent.NestedType.Attributes.AddRange(field.Nested.Select(Of));
        }
        else
        {
            sent.Type = ByteString.CopyFromUtf8(field.Type.ToJson().ToJsonString());
        }

        return sent;
    }
}
