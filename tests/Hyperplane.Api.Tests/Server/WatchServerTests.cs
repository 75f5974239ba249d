using Hyperplane.Api.Tests.LoadBalancers;

namespace Hyperplane.Api.Tests.Server;

/// <summary>A watch over PostgreSQL is woken by what others commit.</summary>
public sealed class WatchServerTests(RegionFixture region) : IClassFixture<RegionFixture>
{
    [Fact]
    public async Task A_watch_tells_of_a_change_and_of_the_end()
    {
        Answer made = await region.SendAsync(
            "shop", "POST", "/v1/load-balancers", """{"name":"seen","zones":[{"zone":"a"}]}""");
        string path = made.Headers["Location"];
        using EventReader watch = await EventReader.OpenAsync(
            region.Http, path + "/watch", region.Key("shop")!, ("Last-Event-ID", "7"));
        Assert.Equal("1", (await watch.NextAsync())?.Id);
        Answer changed = await region.SendAsync("shop", "PATCH", path, """{"tags":{"seen":"yes"}}""");
        WatchEvent? second = await watch.NextAsync();
        Assert.Equal(("state", "2"), (second?.Name, second?.Id));
        Assert.Equal("yes", second!.Data.GetProperty("tags").GetProperty("seen").GetString());
        Assert.Equal(202, (await region.SendAsync("shop", "DELETE", path)).Status);
        Assert.Equal("deleting", (await watch.NextAsync())?.Provisioning);
        Assert.Equal(202, changed.Status);
    }

    [Fact]
    public async Task A_watch_of_all_tells_of_what_comes_changes_and_goes()
    {
        using EventReader watch = await EventReader.OpenAsync(
            region.Http, "/v1/load-balancers:watch", region.Key("shop")!);
        WatchEvent? told = await watch.NextAsync();
        for (; told?.Name == "state"; told = await watch.NextAsync())
            Assert.NotEqual("late", told.Data.GetProperty("name").GetString());
        Assert.Equal("synced", told?.Name);
        Answer made = await region.SendAsync(
            "shop", "POST", "/v1/load-balancers", """{"name":"late","zones":[{"zone":"a"}]}""");
        string path = made.Headers["Location"];
        Assert.Equal(("state", "1"), await NextAsync());
        await region.SendAsync("shop", "PATCH", path, """{"tags":{"seen":"yes"}}""");
        Assert.Equal(("state", "2"), await NextAsync());
        Assert.Equal(202, (await region.SendAsync("shop", "DELETE", path)).Status);
        Assert.Equal(("state", "3"), await NextAsync());

        // Others' tests go on beside.
        async Task<(string?, string?)> NextAsync()
        {
            do
                told = await watch.NextAsync();
            while (told is { } other
                && (other.Name.Length == 0 || other.Data.GetProperty("name").GetString() != "late"));
            return (told?.Name, told?.Id);
        }
    }

    [Fact]
    public async Task A_watch_ends_when_its_key_is_revoked()
    {
        Answer key = await region.SendAsync(
            "operator", "POST", "/v1/tenants/{shop}/api-keys", """{"name":"short","role":"reader"}""");
        using EventReader watch = await EventReader.OpenAsync(
            region.Http, $"/v1/load-balancers/{region.Ids["shop-lb"]}/watch",
            key.Body.GetProperty("secret").GetString()!);
        Assert.Equal("state", (await watch.NextAsync())?.Name);
        string id = key.Body.GetProperty("id").GetString()!;
        Assert.Equal(
            204, (await region.SendAsync("operator", "DELETE", $"/v1/tenants/{{shop}}/api-keys/{id}")).Status);
        Assert.Null(await watch.NextAsync());
    }
}
