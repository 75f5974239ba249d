using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hyperplane.Lbctl.Output;

/// <summary>Writes the API's JSON as it came, only indented; control characters are escaped as JSON does.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Pretty = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for eyes, not for HTML
    };

    /// <summary>The element, indented by two spaces.</summary>
    public static string Of(JsonElement element)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Pretty))
            element.WriteTo(writer);

        // The writer escapes controls but not, say, what turns the direction of writing round.
        IEnumerable<string> lines =
            Encoding.UTF8.GetString(bytes.WrittenSpan).Split('\n').Select(TerminalText.Harmless);
        return string.Join('\n', lines);
    }

    /// <summary>A list of these.</summary>
    public static JsonElement ArrayOf(IEnumerable<JsonElement> items)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartArray();
            foreach (JsonElement item in items)
                item.WriteTo(writer);
            writer.WriteEndArray();
        }

        return JsonElement.Parse(bytes.WrittenSpan);
    }

    /// <summary>An object of these members.</summary>
    public static JsonElement ObjectOf(params (string Name, JsonElement Value)[] members)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            foreach ((string name, JsonElement value) in members)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(bytes.WrittenSpan);
    }

    /// <summary>An event and what it is of.</summary>
    public static JsonElement EventOf(string name, JsonElement resource)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("event", name);
            writer.WritePropertyName("resource");
            resource.WriteTo(writer);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(bytes.WrittenSpan);
    }

    /// <summary>A list as the API writes one, of items from any number of pages.</summary>
    public static JsonElement ListOf(IEnumerable<JsonElement> items)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (JsonElement item in items)
                item.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteNull("nextPageToken");
            writer.WriteEndObject();
        }

        return JsonElement.Parse(bytes.WrittenSpan);
    }
}
