using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.Requests;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Api.Tests.Requests;

/// <summary>A change with an idempotency key is done once.</summary>
public sealed class IdempotencyTests
{
    private const string Path = "/v1/load-balancers";
    private const string Web = """{"name":"web","zones":[{"zone":"a"}]}""";
    private static readonly (string, string) Key = ("Idempotency-Key", "one");

    [Fact]
    public async Task The_same_request_again_gets_the_first_answer()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer first = await host.SendAsync("POST", Path, Web, headers: Key);
        Answer again = await host.SendAsync("POST", Path, Web, headers: ("Idempotency-Key", "\"one\""));
        Assert.Equal((202, 202), (first.Status, again.Status));
        again.BodyIs(first.Body.GetRawText());
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.DoesNotContain("Idempotency-Replayed", first.Headers.Keys);
        foreach (string header in (string[])["Location", "ETag"])
            Assert.Equal(first.Headers[header], again.Headers[header]);
        Assert.NotEqual(first.Headers["X-Request-Id"], again.Headers["X-Request-Id"]);
        Assert.Single(host.Store.Writes);
    }

    [Theory]
    [InlineData("POST", Path, """{"name":"other","zones":[{"zone":"a"}]}""")]
    [InlineData("POST", "/v1/target-groups", Web)]
    [InlineData("PATCH", "/v1/load-balancers/lb-web", Web)]
    public async Task Another_request_with_the_key_is_refused(string method, string path, string body)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", Path, Web, headers: Key);
        (await host.SendAsync(method, path, body, headers: Key)).IsProblem(422, "idempotency_key_reused");
        Assert.Single(host.Store.Writes);
    }

    [Fact]
    public async Task Keys_of_different_api_keys_are_different()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", Path, Web, headers: Key);
        Assert.Equal(202, (await host.SendAsync("POST", Path, Web, "bank-key", Key)).Status);
        Assert.Equal(2, host.Store.Writes.Count);
    }

    [Fact]
    public async Task A_request_that_is_under_way_is_answered_409_with_when_to_try_again()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer first = await host.SendAsync("POST", Path, Web, headers: Key);
        IRequestMemory memory = host.Services.GetRequiredService<IRequestMemory>();
        await memory.EndAsync("key-shop", "one", new RememberedAnswer(500, null, null, null, null), default);
        var open = (MemoryRequests)memory;
        open.Reopen("key-shop", "one");
        Answer again = await host.SendAsync("POST", Path, Web, headers: Key);
        again.IsProblem(409, "request_under_way");
        Assert.Equal("1", again.Headers["Retry-After"]);
        Assert.Equal(202, first.Status);
    }

    [Fact]
    public async Task What_failed_on_our_side_may_be_tried_again_with_the_key()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        host.Store.Throw = new InvalidOperationException("broken");
        (await host.SendAsync("POST", Path, Web, headers: Key)).IsProblem(500, "internal");
        host.Store.Throw = null;
        Assert.Equal(202, (await host.SendAsync("POST", Path, Web, headers: Key)).Status);
    }

    [Fact]
    public async Task A_refusal_is_remembered_too()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.SendAsync("POST", Path, "{}", headers: Key)).IsProblem(400, "missing_member");
        Answer again = await host.SendAsync("POST", Path, "{}", headers: Key);
        Assert.Equal((400, "missing_member"), (again.Status, again.Code));
        Assert.Equal("application/problem+json", again.MediaType);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
    }

    [Fact]
    public async Task An_answer_with_a_secret_is_not_kept()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        const string path = "/v1/tenants/shop/api-keys";
        Answer made = await host.SendAsync("POST", path, """{"name":"ci"}""", "operator-key", Key);
        Assert.Equal((201, "the-secret"), (made.Status, made.Body.GetProperty("secret").GetString()));
        (await host.SendAsync("POST", path, """{"name":"ci"}""", "operator-key", Key)).IsProblem(409, "already_done");
        Assert.Single(host.Store.Writes);
    }

    [Fact]
    public async Task A_key_that_cannot_be_and_a_body_that_is_too_long_are_refused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.SendAsync("POST", Path, Web, headers: ("Idempotency-Key", new string('k', 256))))
            .IsProblem(400, "invalid_value");
        (await host.SendAsync("POST", Path, Web, headers: ("Idempotency-Key", "\"\""))).IsProblem(400, "invalid_value");
        (await host.SendAsync("POST", Path, new string(' ', 1_048_577), headers: Key)).IsProblem(413, "body_too_large");
        Assert.Empty(host.Store.Writes);
    }

    [Fact]
    public async Task A_get_and_what_is_only_validated_remember_nothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Assert.Equal(200, (await host.SendAsync("GET", Path, headers: Key)).Status);
        Assert.Equal(200, (await host.SendAsync("POST", Path + "?validateOnly=true", Web, headers: Key)).Status);
        const string other = """{"name":"b","zones":[{"zone":"a"}]}""";
        Assert.Equal(202, (await host.SendAsync("POST", Path, other, headers: Key)).Status);
    }
}
