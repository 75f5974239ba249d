using System.Text.Json;

namespace Hyperplane.Lbctl.Api;

/// <summary>Reads a body that may be anything.</summary>
internal static class BodyReader
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
            return JsonElement.Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
