using System.Text.Json;

namespace Hyperplane.Client;

/// <summary>Reads a body that may be anything.</summary>
public static class BodyReader
{
    /// <summary>The most bytes of one answer; a page of the largest resources is far smaller.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>The body's bytes; null when there are more than <see cref="MaxBytes"/>.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        if (content.Headers.ContentLength > MaxBytes)
            return null;
        using var bytes = new MemoryStream();
        await using Stream body = await content.ReadAsStreamAsync(cancel);
        byte[] part = new byte[16 * 1024];
        int count;
        while ((count = await body.ReadAsync(part, cancel)) > 0)
        {
            if (bytes.Length + count > MaxBytes)
                return null;
            bytes.Write(part, 0, count);
        }

        return bytes.ToArray();
    }

    /// <summary>The bytes as JSON; null when they are something else.</summary>
    public static JsonElement? ParseJson(byte[] bytes)
    {
        try
        {
            JsonElement json = JsonElement.Parse(bytes);
            ReadTexts(json);
            return json;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Throws where a text is no text (half a surrogate pair), which parsing alone does not notice.</summary>
    private static void ReadTexts(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                _ = json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in json.EnumerateArray())
                    ReadTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in json.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }

                break;
        }
    }
}
