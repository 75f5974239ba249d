using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Hyperplane.Api.Tests;

/// <summary>Sends requests and gives back what was answered, whatever it was.</summary>
internal sealed class ApiClient(string address) : IDisposable
{
    /// <summary>Hangs up on an answer that is not read to its end.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { MaxResponseDrainSize = 0 })
    {
        BaseAddress = new Uri(address),
    };

    /// <summary>Sends a body as JSON with a key; null sends none.</summary>
    public Task<Answer> SendAsync(
        string method, string path, string? body, string? key, params (string Name, string Value)[] headers) =>
        SendAsync(
            method, path, body is null ? null : Encoding.UTF8.GetBytes(body), key, "application/json", headers);

    public async Task<Answer> SendAsync(
        string method, string path, byte[]? body, string? key, string type,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using HttpResponseMessage response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        bool isEndless = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        byte[] text = isEndless ? [] : await response.Content.ReadAsByteArrayAsync();
        return new Answer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.ToDictionary(
                h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            text.Length == 0 || !IsJson(response) ? default : JsonDocument.Parse(text).RootElement)
        {
            Text = Encoding.UTF8.GetString(text),
            ContentType = response.Content.Headers.ContentType?.ToString() ?? "",
        };
    }

    private static bool IsJson(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is not ("text/plain" or "application/openmetrics-text");

    public void Dispose() => Http.Dispose();
}
