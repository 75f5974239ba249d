using System.Net.Http.Headers;
using System.Text.Json;

namespace Hyperplane.Api.Tests.LoadBalancers;

/// <summary>A caller of a watch, who reads event by event.</summary>
internal sealed class EventReader : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _lines = new StreamReader(body);
    }

    public static async Task<EventReader> OpenAsync(
        HttpClient http, string path, string key, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach ((string name, string value) in headers)
            request.Headers.Add(name, value);
        HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null when the answer ended. Its name is "" for a comment alone.</summary>
    public async Task<WatchEvent?> NextAsync()
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await _lines.ReadLineAsync().WaitAsync(Deadline) is { } line)
        {
            if (line.Length > 0)
            {
                string[] parts = line.Split(": ", 2);
                fields.Add(parts[0], parts[1]);
            }
            else if (!fields.ContainsKey("retry"))
            {
                return Event(fields);
            }
            else
            {
                fields.Clear();
            }
        }

        Assert.Empty(fields);
        return null;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }

    private static WatchEvent Event(Dictionary<string, string> fields)
    {
        if (!fields.TryGetValue("event", out string? name))
            return new WatchEvent("", "", default);
        return new WatchEvent(name, fields.GetValueOrDefault("id", ""), JsonDocument.Parse(fields["data"]).RootElement);
    }
}
