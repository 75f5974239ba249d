using System.Text.Json;

namespace Hyperplane.Api.Tests.Server;

/// <summary>What the whole server over PostgreSQL does when all is well.</summary>
public sealed class LifecycleTests(RegionFixture region) : IClassFixture<RegionFixture>
{
    [Fact]
    public async Task The_same_create_again_answers_the_existing_resource()
    {
        (string Path, string Body, string Id)[] creates =
        [
            ("/v1/load-balancers", """{"name":"web","zones":[{"zone":"a"},{"zone":"b"}],"tags":{"t":"1"}}""",
                "shop-lb"),
            ("/v1/target-groups", """{"name":"web","protocol":"TCP","port":8080}""", "shop-tg"),
            ("/v1/load-balancers/{shop-lb}/listeners",
                """{"protocol":"TCP","port":80,"targetGroupId":"{shop-tg}"}""", "shop-listener"),
        ];
        foreach ((string path, string body, string id) in creates)
        {
            Answer answer = await region.SendAsync("shop", "POST", path, body);
            Assert.Equal((200, region.Ids[id]), (answer.Status, answer.Body.GetProperty("id").GetString()));
        }
    }

    [Fact]
    public async Task A_pool_that_is_exhausted_is_told_and_leaves_nothing_pending()
    {
        var made = new List<string>();
        Answer answer;
        do
        {
            answer = await region.SendAsync(
                "shop", "POST", "/v1/load-balancers", $$"""{"name":"tiny-{{made.Count}}","zones":[{"zone":"tiny"}]}""");
            if (answer.Status == 202)
                made.Add(answer.Headers["Location"]);
        }
        while (answer.Status == 202 && made.Count < 10);

        answer.IsProblem(503, "vip_pool_exhausted");
        Assert.Equal(["/zones/0 vip_pool_exhausted"], answer.Errors);
        Assert.DoesNotContain("Retry-After", answer.Headers.Keys);
        Answer named = await region.SendAsync("shop", "GET", $"/v1/load-balancers?name=tiny-{made.Count}");
        Assert.Equal(0, named.Body.GetProperty("items").GetArrayLength());
        Assert.InRange(made.Count, 1, 4);
    }

    [Fact]
    public async Task A_revoked_key_opens_nothing_any_more()
    {
        Answer key = await region.SendAsync("operator", "POST", "/v1/tenants/{shop}/api-keys", """{"name":"lost"}""");
        string path = key.Headers["Location"];
        Assert.DoesNotContain(
            key.Body.GetProperty("secret").GetString()!,
            (await region.SendAsync("operator", "GET", "/v1/tenants/{shop}/api-keys")).Body.GetRawText(),
            StringComparison.Ordinal);
        Assert.Equal(204, (await region.SendAsync("operator", "DELETE", path)).Status);
        (await region.SendAsync("operator", "DELETE", path)).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task Lists_come_in_pages_whose_tokens_lead_to_the_end()
    {
        for (int i = 0; i < 5; i++)
        {
            Answer made = await region.SendAsync(
                "bank", "POST", "/v1/target-groups", $$"""{"name":"page-{{i}}","protocol":"TCP","port":80}""");
            Assert.Equal(202, made.Status);
        }

        var names = new List<string?>();
        string next = "";
        do
        {
            Answer page = await region.SendAsync("bank", "GET", $"/v1/target-groups?pageSize=3{next}");
            names.AddRange(
                page.Body.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()));
            JsonElement token = page.Body.GetProperty("nextPageToken");
            next = token.ValueKind == JsonValueKind.Null ? "" : $"&pageToken={token.GetString()}";
        }
        while (next.Length > 0);
        Assert.Equal(["web", "dns", "page-0", "page-1", "page-2", "page-3", "page-4"], names);
        Answer one = await region.SendAsync("bank", "GET", "/v1/target-groups?name=page-3");
        Assert.Equal(1, one.Body.GetProperty("items").GetArrayLength());
        (await region.SendAsync("bank", "GET", "/v1/target-groups?pageToken=p-1")).IsProblem(400, "invalid_value");
    }

    [Fact]
    public async Task A_node_is_drained_taken_back_and_forgotten()
    {
        Assert.Equal(
            201, (await region.SendAsync("operator", "PUT", "/v1/cells/b1/nodes/n9", """{"address":"10.1.0.19"}"""))
                .Status);
        const string path = "/v1/cells/b1/nodes/n9";
        Assert.True(
            (await region.SendAsync("operator", "POST", $"{path}:drain")).Body.GetProperty("draining").GetBoolean());
        Assert.True((await region.SendAsync("operator", "GET", path)).Body.GetProperty("draining").GetBoolean());
        Assert.False(
            (await region.SendAsync("operator", "POST", $"{path}:undrain")).Body.GetProperty("draining").GetBoolean());
        Assert.Equal(204, (await region.SendAsync("operator", "DELETE", path)).Status);
        (await region.SendAsync("operator", "GET", path)).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task Targets_are_registered_weighted_and_placed_anew_and_deregistered()
    {
        const string path = "/v1/target-groups/{shop-dns}/targets";
        Answer made = await region.SendAsync(
            "shop", "POST", path,
                """{"targets":[{"address":"10.0.1.1"},{"address":"10.0.1.1","port":54,"weight":5}]}""");
        Assert.Equal((202, 2), (made.Status, made.Body.GetProperty("items").GetArrayLength()));
        Assert.Equal(53, made.Body.GetProperty("items")[0].GetProperty("port").GetInt32());
        Answer again = await region.SendAsync(
            "shop", "POST", path, """{"targets":[{"address":"10.0.1.1","weight":7,"zone":"b"}]}""");
        JsonElement item = again.Body.GetProperty("items")[0];
        Assert.Equal(
            made.Body.GetProperty("items")[0].GetProperty("id").GetString(), item.GetProperty("id").GetString());
        Assert.Equal(7, item.GetProperty("weight").GetInt32());
        Assert.Equal("b", item.GetProperty("zone").GetString());
        Answer gone = await region.SendAsync(
            "shop", "POST", $"{path}:deregister", """{"targets":[{"address":"10.0.1.1"},{"address":"10.9.9.9"}]}""");
        Assert.Equal(202, gone.Status);
        Answer one = await region.SendAsync("shop", "GET", $"{path}/{item.GetProperty("id").GetString()}");
        Assert.True(
            one.Status == 404
                || one.Body.GetProperty("state").GetString() is "draining" or "unused", one.Body.GetRawText());
    }

    [Fact]
    public async Task A_deleted_load_balancer_answers_deleting_and_its_name_is_free()
    {
        const string body = """{"name":"short","zones":[{"zone":"a"}]}""";
        Answer made = await region.SendAsync("shop", "POST", "/v1/load-balancers", body);
        Answer gone = await region.SendAsync("shop", "DELETE", made.Headers["Location"]);
        Assert.Equal(202, gone.Status);
        Assert.Equal("deleting", gone.Body.GetProperty("status").GetProperty("provisioning").GetString());
        Answer anew = await region.SendAsync("shop", "POST", "/v1/load-balancers", body);
        Assert.Equal(202, anew.Status);
        Assert.NotEqual(made.Body.GetProperty("id").GetString(), anew.Body.GetProperty("id").GetString());
        Assert.NotEqual(
            made.Body.GetProperty("zones")[0].GetProperty("address").GetString(),
            anew.Body.GetProperty("zones")[0].GetProperty("address").GetString());
    }
}
