using System.Net;
using System.Net.Sockets;
using System.Text;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.Problems;

/// <summary>What no endpoint answers is a problem all the same.</summary>
public sealed class EdgeTests
{
    private const string Web = """{"name":"web","zones":[{"zone":"a"}]}""";

    [Theory]
    [InlineData("GET", "/", 404, "not_found")]
    [InlineData("GET", "/v2/load-balancers", 404, "not_found")]
    [InlineData("GET", "/v1/load-balancers/lb-none", 404, "not_found")]
    [InlineData("GET", "/v1/load-balancers/no%20such", 404, "not_found")]
    [InlineData("PATCH", "/v1/load-balancers", 405, "method_not_allowed")]
    [InlineData("DELETE", "/v1/load-balancers", 405, "method_not_allowed")]
    public async Task Paths_and_methods_that_are_not_there_are_problems(
        string method, string path, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync(method, path);
        answer.IsProblem(status, code);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("")]
    public async Task A_body_that_is_not_declared_as_json_is_415(string type)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync(
            "POST", "/v1/load-balancers", Encoding.UTF8.GetBytes(Web), "shop-key", type);
        answer.IsProblem(415, "unsupported_media_type");
        Assert.Empty(host.Store.Writes);
    }

    [Theory]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("APPLICATION/JSON")]
    public async Task Json_by_another_spelling_is_taken(string type)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync(
            "POST", "/v1/load-balancers", Encoding.UTF8.GetBytes(Web), "shop-key", type);
        Assert.Equal(202, answer.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_413_whether_or_not_its_length_is_told(bool chunked)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/load-balancers");
        request.Headers.Authorization = new("Bearer", "shop-key");
        request.Headers.TransferEncodingChunked = chunked;
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Web.PadRight((1024 * 1024) + 1)));
        request.Content.Headers.ContentType = new("application/json");
        using HttpResponseMessage response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("body_too_large", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(host.Store.Writes);
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_taken()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync("POST", "/v1/load-balancers", Web.PadRight(1024 * 1024));
        Assert.Equal(202, answer.Status);
    }

    [Fact]
    public async Task A_bug_is_answered_500_without_its_details()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        host.Store.Throw = new InvalidOperationException("the password is hunter2");
        foreach (Answer answer in new[]
        {
            await host.SendAsync("POST", "/v1/load-balancers", Web),
            await host.SendAsync("GET", "/v1/load-balancers"),
        })
        {
            answer.IsProblem(500, "internal");
            Assert.DoesNotContain("hunter2", answer.Body.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", answer.Body.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true, 503, "unavailable")]
    [InlineData(false, 500, "internal")]
    public async Task A_database_that_is_away_is_503_and_one_that_is_misused_is_500(
        bool transient, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        host.Store.Throw = new InvalidOperationException("outer", new OutageException(transient));
        Answer answer = await host.SendAsync("GET", "/v1/load-balancers");
        answer.IsProblem(status, code);
        Assert.Equal(transient, answer.Headers.ContainsKey("Retry-After"));
    }

    [Theory]
    [InlineData(RefusalKind.Invalid, 400)]
    [InlineData(RefusalKind.Forbidden, 403)]
    [InlineData(RefusalKind.NotFound, 404)]
    [InlineData(RefusalKind.Conflict, 409)]
    [InlineData(RefusalKind.Exhausted, 503)]
    public async Task Every_kind_of_refusal_has_its_status(RefusalKind kind, int status)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        host.Store.Refuse = new Refusal(
            kind, "some_code", "Because.", [new FieldError("/zones/0/zone", "unknown_zone", "There is no zone a.")]);
        Answer answer = await host.SendAsync("POST", "/v1/load-balancers", Web);
        answer.IsProblem(status, "some_code");
        Assert.Equal("Because.", answer.Detail);
        Assert.Equal(["/zones/0/zone unknown_zone"], answer.Errors);
        Assert.DoesNotContain("Retry-After", answer.Headers.Keys);
    }

    [Fact]
    public async Task Every_answer_names_its_request_and_no_two_alike()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer[] answers =
        [
            await host.SendAsync("GET", "/healthz", key: null),
                await host.SendAsync("GET", "/openapi/v1.json", key: null),
            await host.SendAsync("GET", "/v1/load-balancers"), await host.SendAsync("POST", "/v1/load-balancers", Web),
            await host.SendAsync("GET", "/none"), await host.SendAsync("GET", "/v1/load-balancers", key: null),
        ];
        Assert.Equal(answers.Length, answers.Select(a => a.Headers["X-Request-Id"]).Distinct().Count());
    }

    [Fact]
    public async Task A_request_that_ends_too_early_leaves_nothing_behind()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                "POST /v1/load-balancers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer shop-key\r\n"
                + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + Web));
        }

        Assert.Equal(200, (await host.SendAsync("GET", "/v1/load-balancers")).Status);
        Assert.Empty(host.Store.Writes);
    }

    [Fact]
    public async Task A_broken_chunk_is_400()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "POST /v1/load-balancers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer shop-key\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"));
        using var reader = new StreamReader(socket.GetStream());
        string answer = await reader.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"malformed_request\"", answer, StringComparison.Ordinal);
        Assert.Empty(host.Store.Writes);
    }
}
