using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Hyperplane.Client;

namespace Hyperplane.Lbctl.Api;

/// <summary>Reads server-sent events (WHATWG HTML section 9.2), as far as the API writes them: an event's data is one
/// line of JSON.</summary>
internal static class EventReader
{
    public const string MediaType = "text/event-stream";

    /// <summary>The events until the answer ends; throws <see cref="InvalidDataException"/> for what is none.</summary>
    public static async IAsyncEnumerable<ServerEvent> ReadAsync(
        Stream body, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var lines = new StreamReader(body, Encoding.UTF8);
        string name = "";
        string data = "";
        while (await LineAsync(lines, cancel) is { } line)
        {
            if (line.Length == 0 && data.Length > 0)
                yield return new ServerEvent(name, Parse(data));
            if (line.Length == 0)
                (name, data) = ("", "");
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line["event: ".Length..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line["data: ".Length..];
        }
    }

    /// <summary>A line of no more than an answer may have; null at the end.</summary>
    private static async Task<string?> LineAsync(StreamReader lines, CancellationToken cancel)
    {
        var line = new StringBuilder();
        char[] one = new char[1];
        while (await lines.ReadAsync(one, cancel) > 0)
        {
            if (one[0] == '\n')
                return line.ToString();
            if (line.Length >= BodyReader.MaxBytes)
                throw new InvalidDataException("an event without an end");
            line.Append(one[0]);
        }

        return null;
    }

    private static JsonElement Parse(string data) => BodyReader.ParseJson(Encoding.UTF8.GetBytes(data))
        ?? throw new InvalidDataException("an event that is not JSON");
}
