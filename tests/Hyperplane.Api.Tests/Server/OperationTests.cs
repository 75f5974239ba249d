using System.Text.Json;

namespace Hyperplane.Api.Tests.Server;

/// <summary>An accepted change says where it can be seen to end.</summary>
public sealed class OperationTests(RegionFixture region) : IClassFixture<RegionFixture>
{
    private const string Header = "Operation-Location";

    [Fact]
    public async Task Every_accepted_change_names_the_resource_whose_status_tells()
    {
        const string Group = """{"name":"op","protocol":"TCP","port":80}""";
        string group = await ExpectAsync("POST", "/v1/target-groups", Group, null);
        string lb = await ExpectAsync("POST", "/v1/load-balancers", """{"name":"op","zones":[{"zone":"a"}]}""", null);
        string id = group[(group.LastIndexOf('/') + 1)..];
        string listener = await ExpectAsync(
            "POST", lb + "/listeners", $$"""{"protocol":"TCP","port":80,"targetGroupId":"{{id}}"}""", null);
        await ExpectAsync("PATCH", lb, """{"tags":{"a":"b"}}""", lb);
        await ExpectAsync("PATCH", group, """{"tags":{"a":"b"}}""", group);
        await ExpectAsync("PATCH", listener, """{"idleTimeoutSeconds":100}""", listener);
        await ExpectAsync("POST", lb + ":cancel-shift", null, lb);
        const string Targets = """{"targets":[{"address":"10.0.0.9"}]}""";
        await ExpectAsync("POST", group + "/targets", Targets, group + "/targets");
        await ExpectAsync("POST", group + "/targets:deregister", Targets, group + "/targets");
        await ExpectAsync("DELETE", listener, null, listener);
        await ExpectAsync("DELETE", lb, null, lb);

        // What was there already, was only validated or was refused began nothing.
        foreach ((string path, string body) in ((string, string)[])
            [("/v1/target-groups", Group.Replace("}", ""","tags":{"a":"b"}}""", StringComparison.Ordinal)),
             ("/v1/target-groups?validateOnly=true", """{"name":"op-2","protocol":"TCP","port":80}"""),
             ("/v1/target-groups", """{"name":"op","protocol":"UDP","port":80}""")])
            Assert.DoesNotContain(Header, (await region.SendAsync("shop", "POST", path, body)).Headers.Keys);
    }

    [Fact]
    public async Task A_replayed_answer_names_it_again()
    {
        (string, string) key = ("Idempotency-Key", Guid.NewGuid().ToString());
        const string Body = """{"name":"replayed","protocol":"TCP","port":80}""";
        Answer first = await region.SendAsync("shop", "POST", "/v1/target-groups", Body, key);
        Answer again = await region.SendAsync("shop", "POST", "/v1/target-groups", Body, key);
        Assert.Equal((202, "true"), (again.Status, again.Headers["Idempotency-Replayed"]));
        Assert.Equal(first.Headers["Location"], first.Headers[Header]);
        Assert.Equal(first.Headers["Location"], again.Headers[Header]);
    }

    /// <summary>Sends a change; where it says that it can be seen, which is where the resource is.</summary>
    private async Task<string> ExpectAsync(string method, string path, string? body, string? location)
    {
        Answer answer = await region.SendAsync("shop", method, path, body);
        Assert.True(answer.Status == 202, $"{method} {path}: {answer.Body}");
        Assert.Equal(location ?? answer.Headers["Location"], answer.Headers[Header]);
        Answer seen = await region.SendAsync("shop", "GET", answer.Headers[Header]);
        // What no node knows yet goes at once.
        Assert.True(seen.Status == 200 || method == "DELETE", $"{answer.Headers[Header]}: {seen.Status}");
        if (seen.Status == 200 && seen.Body.TryGetProperty("status", out JsonElement status))
            Assert.Equal(JsonValueKind.Object, status.ValueKind);
        return answer.Headers[Header];
    }
}
