using System.Text.Json;

namespace Hyperplane.Api.Tests.Server;

/// <summary>Lists in an order and of tags, page by page, while what they list comes and goes.</summary>
public sealed class ListTests(RegionFixture region) : IClassFixture<RegionFixture>
{
    private const string Groups = "/v1/target-groups";

    [Theory]
    [InlineData("name", "M-1 M-3 M-5 m-2 m-4")]
    [InlineData("name desc", "m-4 m-2 M-5 M-3 M-1")]
    [InlineData("name,createdAt desc", "M-1 M-3 M-5 m-2 m-4")]
    [InlineData("createdAt", "M-1 m-2 M-3 m-4 M-5")]
    [InlineData("createdAt desc", "M-5 m-4 M-3 m-2 M-1")]
    [InlineData("createdAt desc,name", "M-5 m-4 M-3 m-2 M-1")]
    public async Task What_stays_is_told_once_and_in_order_whatever_comes_and_goes_between_pages(
        string order, string expected)
    {
        string tag = Guid.NewGuid().ToString("N");
        // Short names with a tag of the test's own, and a suffix that keeps the order.
        string Named(string name) => $"{name}-{tag[..8]}";
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in (string[])["M-1", "m-2", "M-3", "m-4", "M-5", "gone-M", "gone-m"])
            ids[name] = await CreateAsync(Named(name), tag);

        var seen = new List<string>();
        string query = $"{Groups}?pageSize=1&orderBy={Uri.EscapeDataString(order)}&tag.run={tag}";
        string? token = null;
        int page = 0;
        do
        {
            Answer answer = await ListAsync("shop", token is null ? query : $"{query}&pageToken={token}");
            seen.AddRange(Names(answer).Select(name => name[..^9]));
            token = answer.Body.GetProperty("nextPageToken").GetString();
            // What ends a page, what comes later and what would come earlier goes; others come at both ends.
            if (++page == 2)
            {
                foreach (string gone in (string[])["gone-M", "gone-m"])
                    Assert.Equal(202, (await region.SendAsync("shop", "DELETE", $"{Groups}/{ids[gone]}")).Status);
                await CreateAsync(Named("A-new"), tag);
                await CreateAsync(Named("z-new"), tag);
            }
        }
        while (token is not null && page < 20);

        Assert.Null(token);
        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(expected.Split(' '), seen.Where(name => name.Length == 3));
    }

    [Fact]
    public async Task A_page_goes_on_where_the_last_one_ended_when_its_last_row_is_gone()
    {
        string tag = Guid.NewGuid().ToString("N");
        string[] ids = [await CreateAsync($"a-{tag[..8]}", tag), await CreateAsync($"b-{tag[..8]}", tag)];
        string query = $"{Groups}?pageSize=1&orderBy=name&tag.run={tag}";
        string token = (await ListAsync("shop", query)).Body.GetProperty("nextPageToken").GetString()!;
        Assert.Equal(202, (await region.SendAsync("shop", "DELETE", $"{Groups}/{ids[0]}")).Status);
        Answer next = await ListAsync("shop", $"{query}&pageToken={token}");
        Assert.Equal([$"b-{tag[..8]}"], Names(next));
        Assert.Equal(JsonValueKind.Null, next.Body.GetProperty("nextPageToken").ValueKind);
    }

    [Theory]
    [InlineData("", "TCP:9 TCP:80 UDP:80 TCP:443 UDP:9")]
    [InlineData("&orderBy=createdAt%20desc", "UDP:9 TCP:443 UDP:80 TCP:80 TCP:9")]
    [InlineData("&orderBy=port", "TCP:9 UDP:9 TCP:80 UDP:80 TCP:443")]
    [InlineData("&orderBy=port,createdAt%20desc", "UDP:9 TCP:9 UDP:80 TCP:80 TCP:443")]
    [InlineData("&orderBy=port%20desc", "TCP:443 TCP:80 UDP:80 TCP:9 UDP:9")]
    [InlineData("&orderBy=port%20desc,createdAt%20desc", "TCP:443 UDP:80 TCP:80 UDP:9 TCP:9")]
    [InlineData("&orderBy=createdAt,port", "TCP:9 TCP:80 UDP:80 TCP:443 UDP:9")]
    public async Task Listeners_come_by_port_page_by_page_while_others_come_and_go(string order, string expected)
    {
        string path = $"{await ListenersAsync()}/listeners";
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in (string[])["TCP:9", "TCP:80", "TCP:79", "UDP:80", "TCP:443", "UDP:9"])
            ids[name] = await ListenAsync(path, name);
        var seen = new List<string>();
        string query = $"{path}?pageSize=1{order}";
        string? token = null;
        do
        {
            Answer answer = await ListAsync("shop", token is null ? query : $"{query}&pageToken={token}");
            seen.AddRange(answer.Body.GetProperty("items").EnumerateArray()
                .Where(one => one.GetProperty("status").GetProperty("provisioning").GetString() != "deleting")
                .Select(one => $"{one.GetProperty("protocol").GetString()}:{one.GetProperty("port").GetInt32()}"));
            token = answer.Body.GetProperty("nextPageToken").GetString();
            if (ids.Remove("TCP:79", out string? gone))
            {
                Assert.Equal(202, (await region.SendAsync("shop", "DELETE", $"{path}/{gone}")).Status);
                await ListenAsync(path, "UDP:1");
                await ListenAsync(path, "UDP:60000");
            }
        }
        while (token is not null && seen.Count < 20);

        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(expected.Split(' '), seen.Where(name => name is not ("TCP:79" or "UDP:1" or "UDP:60000")));
    }

    [Fact]
    public async Task Tags_that_are_asked_for_must_all_be_there_as_they_are_spelled()
    {
        string tag = Guid.NewGuid().ToString("N");
        string name = $"tags-{tag[..8]}";
        Answer made = await region.SendAsync(
            "shop", "POST", Groups,
            $$$"""
            {"name":"{{{name}}}","protocol":"TCP","port":80,
             "tags":{"run":"{{{tag}}}","a/b":"x \"%y","E":"","é":"ß"}}
            """);
        Assert.Equal(202, made.Status);
        await CreateAsync($"other-{tag[..8]}", tag);
        string all = $"{Groups}?tag.run={tag}";
        Assert.Equal(2, Names(await ListAsync("shop", all)).Length);
        foreach (string found in (string[])
            ["&tag.a/b=x%20%22%25y", "&tag.E=", "&tag.%C3%A9=%C3%9F", "&tag.E=&tag.a%2Fb=x+%22%25y"])
            Assert.Equal([name], Names(await ListAsync("shop", all + found)));
        foreach (string missed in (string[])
            ["&tag.a/b=x", "&tag.E=1", "&tag.e=", "&tag.E=&tag.a%2Fb=y", "&tag.none=", "&tag.a/b=x%20%22%25Y"])
            Assert.Empty(Names(await ListAsync("shop", all + missed)));
        Assert.Empty(Names(await ListAsync("bank", all)));
    }

    [Theory]
    [InlineData("/v1/target-groups", "orderBy=name")]
    [InlineData("/v1/target-groups", "orderBy=createdAt%20desc")]
    [InlineData("/v1/target-groups", "tag.t=2")]
    [InlineData("/v1/target-groups", "tag.T=1")]
    [InlineData("/v1/target-groups", "name=web&tag.t=1")]
    [InlineData("/v1/load-balancers", "")]
    [InlineData("/v1/load-balancers", "tag.t=1")]
    [InlineData("/v1/load-balancers/{shop-lb}/listeners", "")]
    [InlineData("/v1/events", "")]
    public async Task A_token_of_another_query_is_refused(string path, string query)
    {
        Answer first = await ListAsync("shop", $"{Groups}?pageSize=1");
        string token = first.Body.GetProperty("nextPageToken").GetString()!;
        Answer answer = await region.SendAsync("shop", "GET", $"{path}?{query}&pageToken={token}");
        answer.IsProblem(400, "invalid_value");
        Assert.Equal(["query:pageToken invalid_value"], answer.Errors);
        Assert.Contains("another query", answer.Detail, StringComparison.Ordinal);
        Assert.Equal(200, (await region.SendAsync("shop", "GET", $"{Groups}?pageSize=7&pageToken={token}")).Status);
    }

    [Theory]
    [InlineData("/v1/target-groups?orderBy=", "query:orderBy")]
    [InlineData("/v1/target-groups?orderBy=port", "query:orderBy")]
    [InlineData("/v1/target-groups?orderBy=Name", "query:orderBy")]
    [InlineData("/v1/target-groups?orderBy=name%20up", "query:orderBy")]
    [InlineData("/v1/target-groups?orderBy=name,name%20desc", "query:orderBy")]
    [InlineData("/v1/target-groups?orderBy=createdAt,name,createdAt", "query:orderBy")]
    [InlineData("/v1/target-groups?orderBy=name,", "query:orderBy")]
    [InlineData("/v1/target-groups?orderBy=name&orderBy=createdAt%20up", "query:orderBy")]
    [InlineData("/v1/target-groups?tag.a=1&tag.a=2", "query:tag.a")]
    [InlineData("/v1/target-groups?tag.=1", "query:tag.")]
    [InlineData("/v1/load-balancers?tag.a=%00", "query:tag.a")]
    [InlineData("/v1/load-balancers/{shop-lb}/listeners?orderBy=name", "query:orderBy")]
    [InlineData("/v1/load-balancers/{shop-lb}/listeners?orderBy=port,port", "query:orderBy")]
    [InlineData("/v1/target-groups/{shop-tg}/targets?orderBy=port", "query:orderBy")]
    [InlineData("/v1/load-balancers/{shop-lb}/listeners?tag.a=1", "query:tag")]
    [InlineData("/v1/events?tag.a=1", "query:tag")]
    public async Task What_a_list_cannot_be_asked_is_refused(string path, string place)
    {
        Answer answer = await region.SendAsync("shop", "GET", path);
        answer.IsProblem(400, "invalid_value");
        Assert.Equal([$"{place} invalid_value"], answer.Errors);
    }

    [Fact]
    public async Task Fifty_tags_may_be_asked_for_and_no_more()
    {
        string fifty = string.Join('&', Enumerable.Range(0, 50).Select(i => $"tag.k{i}=v"));
        Assert.Empty(Names(await ListAsync("shop", $"{Groups}?{fifty}")));
        Answer more = await region.SendAsync("shop", "GET", $"{Groups}?{fifty}&tag.more=v");
        Assert.Equal((400, "query:tag invalid_value"), (more.Status, Assert.Single(more.Errors)));
    }

    private static string[] Names(Answer answer) =>
        [.. answer.Body.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];

    private async Task<string> ListenersAsync()
    {
        Answer made = await region.SendAsync(
            "shop", "POST", "/v1/load-balancers",
            $$"""{"name":"l-{{Guid.NewGuid().ToString("N")[..8]}}","zones":[{"zone":"a"}]}""");
        Assert.True(made.Status == 202, made.Body.ToString());
        return made.Headers["Location"];
    }

    private async Task<string> ListenAsync(string path, string name)
    {
        string[] parts = name.Split(':');
        Answer group = await region.SendAsync(
            "shop", "POST", Groups, $$"""{"name":"by-port-{{parts[0]}}","protocol":"{{parts[0]}}","port":80}""");
        Answer made = await region.SendAsync(
            "shop", "POST", path,
            $$"""
            {"protocol":"{{parts[0]}}","port":{{parts[1]}},
             "targetGroupId":"{{group.Body.GetProperty("id").GetString()}}"}
            """);
        Assert.True(made.Status == 202, made.Body.ToString());
        return made.Body.GetProperty("id").GetString()!;
    }

    private async Task<Answer> ListAsync(string who, string path)
    {
        Answer answer = await region.SendAsync(who, "GET", path);
        Assert.True(answer.Status == 200, answer.Body.ToString());
        return answer;
    }

    private async Task<string> CreateAsync(string name, string tag)
    {
        Answer made = await region.SendAsync(
            "shop", "POST", Groups,
            $$$"""{"name":"{{{name}}}","protocol":"TCP","port":80,"tags":{"run":"{{{tag}}}"}}""");
        Assert.True(made.Status == 202, made.Body.ToString());
        return made.Body.GetProperty("id").GetString()!;
    }
}
