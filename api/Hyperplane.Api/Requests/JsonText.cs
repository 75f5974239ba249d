using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Hyperplane.Api.Problems;

namespace Hyperplane.Api.Requests;

/// <summary>Parses bytes as JSON (RFC 8259) and says in our own words where they are not.</summary>
internal static class JsonText
{
    /// <summary>The document, or null and a <c>malformed_json</c> problem with line and column.</summary>
    public static JsonDocument? Parse(byte[] bytes, out Problem? problem)
    {
        problem = null;
        if (bytes.AsSpan().TrimStart(" \t\r\n"u8).IsEmpty)
            problem = Malformed("The body is empty; send a JSON object.");
        else if (!Utf8.IsValid(bytes))
            problem = Malformed("The body is not UTF-8.");
        if (problem is not null)
            return null;

        try
        {
            RefuseLoneSurrogates(bytes);
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException bad)
        {
            problem = Malformed(string.Create(
                CultureInfo.InvariantCulture,
                $"The body is not valid JSON at line {bad.LineNumber + 1}, column {bad.BytePositionInLine + 1}."));
            return null;
        }
    }

    private static Problem Malformed(string detail) => Problem.Of(400, ProblemCodes.MalformedJson, detail);

    /// <summary>
    /// Escapes such as \ud800 alone are JSON's grammar but no text; the reader would throw on their first use.
    /// </summary>
    private static void RefuseLoneSurrogates(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                && reader.ValueIsEscaped && !IsText(reader.ValueSpan))
                throw new JsonException("lone surrogate", null, LineOf(bytes, reader), ColumnOf(bytes, reader));
        }
    }

    private static bool IsText(ReadOnlySpan<byte> escaped)
    {
        bool high = false;
        for (int i = 0; i < escaped.Length; i++)
        {
            int unit = escaped[i];
            if (unit == '\\' && escaped[i + 1] == 'u')
            {
                unit = int.Parse(escaped.Slice(i + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                i += 5;
            }
            else if (unit == '\\')
            {
                i++;
            }

            if (high != (unit is >= 0xDC00 and <= 0xDFFF))
                return false;
            high = unit is >= 0xD800 and <= 0xDBFF;
        }

        return !high;
    }

    private static long LineOf(ReadOnlySpan<byte> bytes, in Utf8JsonReader reader) =>
        bytes[..(int)reader.TokenStartIndex].Count((byte)'\n');

    private static long ColumnOf(ReadOnlySpan<byte> bytes, in Utf8JsonReader reader) =>
        reader.TokenStartIndex - 1 - bytes[..(int)reader.TokenStartIndex].LastIndexOf((byte)'\n');
}
