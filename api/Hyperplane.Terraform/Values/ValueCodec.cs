using System.Text.Json;

namespace Hyperplane.Terraform.Values;

/// <summary>Values to bytes and back, by their type.</summary>
/// <remarks>An object is written with all its members, those that it lacks as null; what it has beyond is left out.
/// Reading throws <see cref="ValueException"/> on bytes that are no value of the type.</remarks>
internal static class ValueCodec
{
    /// <summary>As MessagePack.</summary>
    public static byte[] Encode(Value value, AttributeType type)
    {
        var writer = new MessagePackWriter();
        Write(writer, value, type);
        return writer.Written.ToArray();
    }

    /// <summary>Of MessagePack.</summary>
    public static Value Decode(ReadOnlySpan<byte> bytes, AttributeType type)
    {
        var reader = new MessagePackReader(bytes);
        Value value = Read(ref reader, type);
        return reader.IsAtEnd ? value : throw new ValueException("something follows the value");
    }

    /// <summary>Of JSON: states, and what Terraform may send instead of MessagePack.</summary>
    public static Value DecodeJson(ReadOnlyMemory<byte> json, AttributeType type)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement, type);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ValueException($"this JSON is no value of its type: {e.Message}", e);
        }
    }

    /// <summary>Of JSON that was parsed.</summary>
    public static Value Read(JsonElement json, AttributeType type)
    {
        if (json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return Value.Null;
        return type.Kind switch
        {
            TypeKind.Text => Value.Text(json.GetString()),
            TypeKind.Truth => Value.Truth(json.GetBoolean()),
            TypeKind.Number => json.ValueKind == JsonValueKind.Number
                ? Value.ParseNumber(json.GetRawText())
                : throw new ValueException($"{json.ValueKind} is where a number should be"),
            TypeKind.List => Value.List(json.EnumerateArray().Select(one => Read(one, type.Element!))),
            TypeKind.Set => Value.Set(json.EnumerateArray().Select(one => Read(one, type.Element!))),
            TypeKind.Map => Value.Object(json.EnumerateObject().Select(
                one => KeyValuePair.Create(one.Name, Read(one.Value, type.Element!)))),
            _ => Value.Object(type.Members.Select(one => KeyValuePair.Create(
                one.Key, json.TryGetProperty(one.Key, out JsonElement member) ? Read(member, one.Value) : Value.Null))),
        };
    }

    private static void Write(MessagePackWriter writer, Value value, AttributeType type)
    {
        switch (value.Kind)
        {
            case ValueKind.Null:
                writer.Null();
                break;
            case ValueKind.Unknown:
                writer.Unknown();
                break;
            case ValueKind.Text when type.Kind == TypeKind.Text:
                writer.Text(value.AsText!);
                break;
            case ValueKind.Truth when type.Kind == TypeKind.Truth:
                writer.Truth(value.AsTruth!.Value);
                break;
            case ValueKind.Number when type.Kind == TypeKind.Number:
                WriteNumber(writer, value.Numeric);
                break;
            case ValueKind.Items when type.Kind is TypeKind.List or TypeKind.Set:
                writer.Array(value.Elements.Length);
                foreach (Value element in value.Elements)
                    Write(writer, element, type.Element!);
                break;
            case ValueKind.Members when type.Kind is TypeKind.Map or TypeKind.Object:
                WriteMembers(writer, value, type);
                break;
            default:
                throw new InvalidOperationException($"{value.Kind} is no {type.Kind}");
        }
    }

    private static void WriteNumber(MessagePackWriter writer, object number)
    {
        if (number is long whole)
            writer.Whole(whole);
        else if (number is double real)
            writer.Real(real);
        else
            writer.Text((string)number);
    }

    private static void WriteMembers(MessagePackWriter writer, Value value, AttributeType type)
    {
        if (type.Kind == TypeKind.Map)
        {
            writer.Map(value.Members.Count);
            foreach ((string name, Value member) in value.Members)
            {
                writer.Text(name);
                Write(writer, member, type.Element!);
            }

            return;
        }

        writer.Map(type.Members.Count);
        foreach ((string name, AttributeType member) in type.Members)
        {
            writer.Text(name);
            Write(writer, value[name], member);
        }
    }

    private static Value Read(ref MessagePackReader reader, AttributeType type)
    {
        if (reader.TryNull())
            return Value.Null;
        if (reader.TryUnknown())
            return Value.Unknown;
        switch (type.Kind)
        {
            case TypeKind.Text:
                return Value.Text(reader.Text());
            case TypeKind.Truth:
                return Value.Truth(reader.Truth());
            case TypeKind.Number:
                return reader.Number();
            case TypeKind.List or TypeKind.Set:
                var elements = new List<Value>();
                for (int left = reader.Array(); left > 0; left--)
                    elements.Add(Read(ref reader, type.Element!));
                return type.Kind == TypeKind.Set ? Value.Set(elements) : Value.List(elements);
            default:
                return ReadMembers(ref reader, type);
        }
    }

    private static Value ReadMembers(ref MessagePackReader reader, AttributeType type)
    {
        var members = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (string name in type.Members.Keys)
            members[name] = Value.Null;
        for (int left = reader.Map(); left > 0; left--)
        {
            string name = reader.Text();
            AttributeType member = type.Kind == TypeKind.Map
                ? type.Element!
                : type.Members.GetValueOrDefault(name)
                    ?? throw new ValueException($"there is no member '{name}'");
            members[name] = Read(ref reader, member);
        }

        return Value.Object(members);
    }
}
