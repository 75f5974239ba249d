using System.Net;
using System.Net.Http.Headers;
using Hyperplane.Rpc.Tests.Hosting;

namespace Hyperplane.Rpc.Tests.Calls;

/// <summary>The server against requests that no proper client sends.</summary>
public sealed class RawRequestTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(Notes.Echo());
        _client = new HttpClient { BaseAddress = new Uri(_server.Address) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("", "12")] // no request
    [InlineData("00", "13")]
    [InlineData("0000000003", "13")]
    [InlineData("000000000309", "13")]
    [InlineData("0100000000", "12")] // compressed
    [InlineData("0700000000", "13")] // no such flag
    [InlineData("00FFFFFFFF", "8")]
    [InlineData("0000400001", "8")] // 4 MiB + 1
    [InlineData("0000000003FFFFFF", "13")] // no protobuf
    [InlineData("0000000000" + "0000000000", "12")] // two requests
    [InlineData("0000000000", "0")]
    public async Task A_body_gets_its_status(string hex, string expected) =>
        Assert.Equal(expected, await PostAsync(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("1", "13")]
    [InlineData("S", "13")]
    [InlineData("-1S", "13")]
    [InlineData("999999999S", "13")]
    [InlineData("1x", "13")]
    [InlineData("0m", "4")]
    [InlineData("99999999H", "0")]
    public async Task A_deadline_is_read_or_refused(string timeout, string expected) =>
        Assert.Equal(expected, await PostAsync(new byte[5], ("grpc-timeout", timeout)));

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpcx")]
    [InlineData(null)]
    public async Task Another_content_type_is_answered_in_HTTP(string? contentType)
    {
        using HttpResponseMessage response = await SendAsync(new byte[5], contentType);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.False(response.TrailingHeaders.Contains("grpc-status"));
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc; charset=utf-8")]
    public async Task Every_spelling_of_gRPC_is_served(string contentType)
    {
        using HttpResponseMessage response = await SendAsync(new byte[5], contentType);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Any_bytes_as_a_body_end_in_a_status_and_in_no_error_of_the_server()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            byte[] body = new byte[random.Next(0, 200)];
            random.NextBytes(body);
            if (body.Length > 5 && random.Next(2) == 0)
                new byte[] { 0, 0, 0, 0, (byte)random.Next(body.Length) }.CopyTo(body, 0);
            string status = await PostAsync(body);
            Assert.True(int.TryParse(status, out int code) && code is >= 0 and <= 16, $"seed {seed}: {status}");
        }

        Assert.DoesNotContain(_server.Log.Entries, entry => entry.EventId == 3900);
    }

    private async Task<string> PostAsync(byte[] body, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await SendAsync(body, "application/grpc", headers);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsByteArrayAsync();
        return response.TrailingHeaders.Concat(response.Headers)
            .Single(header => string.Equals(header.Key, "grpc-status", StringComparison.Ordinal)).Value.Single();
    }

    private async Task<HttpResponseMessage> SendAsync(
        byte[] body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Notes.One.FullName)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _client.SendAsync(request);
    }
}
