using System.Text.Json;

namespace Hyperplane.Api.Tests.Server;

/// <summary>A tree comes and goes in one call each, over PostgreSQL.</summary>
public sealed class TreeServerTests(RegionFixture region) : IClassFixture<RegionFixture>
{
    private const string Web =
        """
        {"name":"tree","zones":[{"zone":"a"}],"listeners":[
         {"protocol":"TCP","port":80,"targetGroups":[
          {"targetGroup":{"name":"leaf","protocol":"TCP","port":80,"targets":[{"address":"10.0.0.9"}]}},
          {"targetGroupId":"{shop-tg}","weight":3}]}]}
        """;

    [Fact]
    public async Task A_tree_is_created_seen_and_deleted()
    {
        Answer made = await region.SendAsync("shop", "POST", "/v1/load-balancers", Web);
        Assert.Equal(202, made.Status);
        string path = made.Headers["Location"];
        Answer again = await region.SendAsync("shop", "POST", "/v1/load-balancers", Web);
        Assert.Equal((200, made.Headers["ETag"]), (again.Status, again.Headers["ETag"]));
        (await region.SendAsync(
            "shop", "POST", "/v1/load-balancers", Web.Replace("10.0.0.9", "10.0.0.10", StringComparison.Ordinal)))
            .IsProblem(409, "name_in_use");

        Answer tree = await region.SendAsync("shop", "GET", path + "/tree");
        JsonElement[] groups = [.. tree.Body.GetProperty("targetGroups").EnumerateArray()];
        Assert.Equal(["web", "leaf"], groups.Select(group => group.GetProperty("name").GetString()));
        JsonElement leaf = groups[1].GetProperty("targets")[0];
        Assert.Equal("10.0.0.9", leaf.GetProperty("address").GetString());
        Assert.Equal("initial", leaf.GetProperty("state").GetString());

        Assert.Equal(202, (await region.SendAsync("shop", "DELETE", path + "?cascade=true")).Status);
        string id = groups[1].GetProperty("id").GetString()!;
        (await region.SendAsync("shop", "GET", $"/v1/target-groups/{id}")).IsProblem(404, "not_found");
        Assert.Equal(200, (await region.SendAsync("shop", "GET", "/v1/target-groups/{shop-tg}")).Status);
        Answer gone = await region.SendAsync("shop", "GET", path + "/tree");
        Assert.Equal(
            "deleting", gone.Body.GetProperty("standing").GetProperty("provisioning").GetString());
    }

    [Fact]
    public async Task What_is_wrong_in_a_tree_leaves_nothing_of_it()
    {
        string seen = await region.EverythingAsync();
        Answer answer = await region.SendAsync(
            "shop", "POST", "/v1/load-balancers",
            Web.Replace("tree", "bad", StringComparison.Ordinal).Replace("leaf", "bad", StringComparison.Ordinal)
                .Replace("10.0.0.9", "{vip}", StringComparison.Ordinal));
        answer.IsProblem(400, "invalid_value");
        Assert.Equal(
            ["/listeners/0/targetGroups/0/targetGroup/targets/0/address invalid_value"], answer.Errors);
        Assert.Equal(seen, await region.EverythingAsync());
    }
}
