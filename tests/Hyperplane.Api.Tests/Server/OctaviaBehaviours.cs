using System.Text.Json;
using Hyperplane.Api.Tests.Metrics;

namespace Hyperplane.Api.Tests.Server;

/// <summary>
/// What OpenStack Octavia's tempest plugin holds a load-balancing service's control plane to, restated for this API.
/// The behaviours of the data plane are in the lab's tests of the same name.
/// </summary>
public sealed class OctaviaBehaviours(RegionFixture region) : IClassFixture<RegionFixture>
{
    private const string Lbs = "/v1/load-balancers";

    [Fact]
    public async Task Nobody_else_creates_shows_updates_or_deletes_and_lists_show_only_ones_own()
    {
        (string Who, int Status)[] others = [("nobody", 401), ("stranger", 401), ("reader", 403), ("operator", 403)];
        foreach ((string who, int status) in others)
        {
            Assert.Equal(
                status, (await region.SendAsync(who, "POST", Lbs, """{"name":"x","zones":[{"zone":"a"}]}""")).Status);
            Assert.Equal(status, (await region.SendAsync(who, "DELETE", Lbs + "/{shop-lb}")).Status);
        }

        foreach ((string method, string path, string? body) in ((string, string, string?)[])
        [
            ("GET", "", null), ("PATCH", "", """{"tags":{}}"""), ("DELETE", "", null), ("GET", "/stats", null),
            ("GET", "/tree", null), ("POST", ":cancel-shift", null), ("GET", "/listeners", null),
        ])
            (await region.SendAsync("bank", method, Lbs + "/{shop-lb}" + path, body)).IsProblem(404, "not_found");
        foreach ((string who, string own, string foreign) in ((string, string, string)[])
            [("shop", "shop-lb", "bank-lb"), ("bank", "bank-lb", "shop-lb"), ("reader", "shop-lb", "bank-lb")])
        {
            string[] ids = [.. (await ItemsAsync(who, Lbs)).Select(Id)];
            Assert.Contains(region.Ids[own], ids);
            Assert.DoesNotContain(region.Ids[foreign], ids);
        }
    }

    [Fact]
    public async Task A_create_answers_an_id_and_pending_and_show_has_every_value_that_was_asked_for()
    {
        Answer made = await region.SendAsync(
            "shop", "POST", Lbs,
            """
            {"name":"shown","zones":[{"zone":"b"},{"zone":"a","address":"198.18.0.77"}],"tags":{"team":"x"},
             "attributes":{"load_balancing.cross_zone.enabled":"true"}}
            """);
        Assert.Equal(202, made.Status);
        Assert.Equal("pending", made.Body.GetProperty("status").GetProperty("provisioning").GetString());
        Answer shown = await region.SendAsync("shop", "GET", $"{Lbs}/{Id(made.Body)}");
        Assert.Equal("shown", shown.Body.GetProperty("name").GetString());
        Assert.Equal("ipv4", shown.Body.GetProperty("ipAddressType").GetString());
        Assert.Equal("internet-facing", shown.Body.GetProperty("scheme").GetString());
        Assert.Equal("x", shown.Body.GetProperty("tags").GetProperty("team").GetString());
        Assert.Equal(
            "true",
            shown.Body.GetProperty("attributes").GetProperty("load_balancing.cross_zone.enabled").GetString());
        Assert.Equal(
            [("a", true), ("b", false)],
            shown.Body.GetProperty("zones").EnumerateArray()
                .Select(zone => (
                    Zone: zone.GetProperty("zone").GetString()!,
                    IsChosen: zone.GetProperty("address").GetString() == "198.18.0.77"))
                .OrderBy(zone => zone.Zone, StringComparer.Ordinal));
        Assert.Equal(1, shown.Body.GetProperty("generation").GetInt64());
        Assert.InRange(
            shown.Body.GetProperty("createdAt").GetDateTimeOffset(),
            DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
    }

    [Fact]
    public async Task Lists_come_in_the_usual_order_either_way_by_one_field_or_two_filtered_and_both()
    {
        string[] made = ["oct-c", "oct-a", "oct-b"];
        foreach (string name in made)
        {
            string size = name == "oct-a" ? "small" : "large";
            Answer answer = await region.SendAsync(
                "bank", "POST", Lbs,
                $$$"""{"name":"{{{name}}}","zones":[{"zone":"a"}],"tags":{"kind":"oct","size":"{{{size}}}"}}""");
            Assert.Equal(202, answer.Status);
        }

        (string Query, string Names)[] lists =
        [
            ("tag.kind=oct", "oct-c oct-a oct-b"),
            ("tag.kind=oct&orderBy=createdAt%20asc", "oct-c oct-a oct-b"),
            ("tag.kind=oct&orderBy=createdAt%20desc", "oct-b oct-a oct-c"),
            ("tag.kind=oct&orderBy=name", "oct-a oct-b oct-c"),
            ("tag.kind=oct&orderBy=name%20desc,createdAt", "oct-c oct-b oct-a"),
            ("name=oct-b", "oct-b"),
            ("tag.kind=oct&tag.size=large&orderBy=name", "oct-b oct-c"),
            ("tag.kind=oct&name=oct-a&orderBy=name", "oct-a"),
            ("tag.kind=oct&tag.size=medium", ""),
        ];
        foreach ((string query, string names) in lists)
        {
            Assert.Equal(
                (query, names), (query, string.Join(' ', (await ItemsAsync("bank", $"{Lbs}?{query}")).Select(Name))));
        }

        string[] all = [.. (await ItemsAsync("bank", Lbs)).Select(Name)];
        Assert.Equal("web", all[0]);
        Assert.Equal(made, all.Where(made.Contains));
    }

    [Fact]
    public async Task An_update_answers_the_new_values_and_leaves_the_others()
    {
        string path = await CreateGroupAsync(
            "updated",
            """ "healthCheck":{"protocol":"HTTP","path":"/up"},"deregistrationDelaySeconds":7,"tags":{"a":"1"}""");
        JsonElement before = (await region.SendAsync("shop", "GET", path)).Body;
        Answer changed = await region.SendAsync("shop", "PATCH", path, """{"healthCheck":{"path":"/ready"}}""");
        Assert.Equal(202, changed.Status);
        Assert.Equal("/ready", changed.Body.GetProperty("healthCheck").GetProperty("path").GetString());
        JsonElement after = (await region.SendAsync("shop", "GET", path)).Body;
        Assert.Equal("/ready", after.GetProperty("healthCheck").GetProperty("path").GetString());
        Assert.Equal("HTTP", after.GetProperty("healthCheck").GetProperty("protocol").GetString());
        Assert.Equal(2, after.GetProperty("generation").GetInt64());
        foreach (JsonProperty member in before.EnumerateObject())
        {
            if (member.Name is not ("healthCheck" or "generation" or "status"))
                Assert.Equal(member.Value.GetRawText(), after.GetProperty(member.Name).GetRawText());
        }
    }

    [Fact]
    public async Task A_delete_answers_deleting_or_not_found_and_a_cascade_takes_the_children()
    {
        const string tree =
            """
            {"name":"doomed","zones":[{"zone":"a"}],"listeners":[
             {"protocol":"TCP","port":80,"targetGroups":[
              {"targetGroup":{"name":"doomed","protocol":"TCP","port":80,"targets":[{"address":"10.0.0.9"}]}}]}]}
            """;
        string path = $"{Lbs}/{Id((await region.SendAsync("shop", "POST", Lbs, tree)).Body)}";
        string group = Id((await ItemsAsync("shop", "/v1/target-groups?name=doomed"))[0]);
        (await region.SendAsync("shop", "DELETE", $"/v1/target-groups/{group}")).IsProblem(409, "resource_in_use");
        Answer gone = await region.SendAsync("shop", "DELETE", path + "?cascade=true");
        Assert.Equal(202, gone.Status);
        Answer after = await region.SendAsync("shop", "GET", path);
        Assert.True(
            after.Status == 404
                || after.Body.GetProperty("status").GetProperty("provisioning").GetString() == "deleting",
            after.Body.ToString());
        (await region.SendAsync("shop", "GET", $"/v1/target-groups/{group}")).IsProblem(404, "not_found");
        Assert.Empty(await ItemsAsync("shop", "/v1/target-groups?name=doomed"));
        (await region.SendAsync("shop", "DELETE", Lbs + "/lb-none")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task The_stats_of_a_new_load_balancer_are_zero()
    {
        string path = $"{Lbs}/{Id((await region.SendAsync(
            "shop", "POST", Lbs, """{"name":"zero","zones":[{"zone":"a"},{"zone":"b"}]}""")).Body)}";
        await ListenAsync(path, "TCP", 80, "{shop-tg}", 202);
        JsonElement stats = (await region.SendAsync("shop", "GET", path + "/stats")).Body;
        JsonElement[] counted =
        [
            stats.GetProperty("flows"),
            .. stats.GetProperty("zones").EnumerateArray().Select(zone => zone.GetProperty("flows")),
            .. stats.GetProperty("listeners").EnumerateArray().Select(listener => listener.GetProperty("flows")),
        ];
        // Zones come with the first reports of their nodes.
        Assert.Single(stats.GetProperty("listeners").EnumerateArray());
        Assert.Equal(0, stats.GetProperty("drops").GetArrayLength());
        Assert.All(
            counted.SelectMany(flows => flows.EnumerateObject()),
            member => Assert.Equal((member.Name, 0L), (member.Name, member.Value.GetInt64())));
    }

    [Fact]
    public async Task Prometheus_reads_a_page_of_ones_own_load_balancers_with_the_key_as_bearer()
    {
        string path = $"{Lbs}/{Id((await region.SendAsync(
            "shop", "POST", Lbs, """{"name":"scraped","zones":[{"zone":"a"}],"tags":{"say":"\"hi\" \\o/"}}""")).Body)}";
        string id = path[(Lbs.Length + 1)..];
        await ListenAsync(path, "TCP", 80, "{shop-tg}", 202);
        foreach (string page in (string[])[path + "/metrics", "/v1/metrics"])
        {
            var all = Exposition.Read(await region.SendAsync("reader", "GET", page));
            JsonElement stats = (await region.SendAsync("shop", "GET", path + "/stats")).Body;
            string listener = Id(Assert.Single(stats.GetProperty("listeners").EnumerateArray()));
            Assert.Equal(0, all.Of(
                "hyperplane_listener_new_flows_total", ("load_balancer_name", "scraped"), ("listener", listener)));
            Assert.Equal("\"hi\" \\o/", Assert.Single(all.All(
                "hyperplane_load_balancer_tag_info", ("load_balancer", id), ("key", "say"))).Labels["value"]);
            Assert.Equal(0, all.Of("hyperplane_target_healthy", ("address", "10.0.0.7")));
            Assert.All(all.All("hyperplane_metrics_left_out"), one => Assert.Equal(0, one.Value));
        }

        (await region.SendAsync("bank", "GET", path + "/metrics")).IsProblem(404, "not_found");
        Assert.DoesNotContain(
            id, (await region.SendAsync("bank", "GET", "/v1/metrics")).Text, StringComparison.Ordinal);
        Assert.Equal(401, (await region.SendAsync("nobody", "GET", "/v1/metrics")).Status);
        var nodes = Exposition.Read(await region.SendAsync(
            "operator", "GET", "/v1/metrics", null, ("Accept", "application/openmetrics-text; version=1.0.0")));
        Assert.Equal(0, nodes.Of("hyperplane_node_draining", ("cell", "a1"), ("node", "n1")));
    }

    [Fact]
    public async Task The_tree_names_all_children_with_both_statuses()
    {
        JsonElement tree = (await region.SendAsync("shop", "GET", Lbs + "/{shop-lb}/tree")).Body;
        JsonElement listener = Assert.Single(tree.GetProperty("listeners").EnumerateArray());
        JsonElement group = Assert.Single(tree.GetProperty("targetGroups").EnumerateArray());
        JsonElement target = Assert.Single(group.GetProperty("targets").EnumerateArray());
        Assert.Equal(
            ["shop-lb", "shop-listener", "shop-tg", "shop-target"],
            ((JsonElement[])[tree, listener, group, target])
                .Select(one => region.Ids.Single(known => known.Value == Id(one)).Key));
        foreach (JsonElement one in (JsonElement[])[tree, listener, group])
        {
            JsonElement standing = one.GetProperty("standing");
            Assert.Equal("pending", standing.GetProperty("provisioning").GetString());
            Assert.NotEmpty(standing.GetProperty("operating").GetString()!);
        }

        Assert.Equal("pending", target.GetProperty("provisioning").GetString());
        Assert.Equal("initial", target.GetProperty("state").GetString());
    }

    [Fact]
    public async Task One_port_takes_each_protocol_once()
    {
        string path = $"{Lbs}/{Id((await region.SendAsync(
            "shop", "POST", Lbs, """{"name":"ports","zones":[{"zone":"a"}]}""")).Body)}";
        string both = Id((await region.SendAsync(
            "shop", "POST", "/v1/target-groups", """{"name":"both","protocol":"TCP_UDP","port":53}""")).Body);
        await ListenAsync(path, "TCP", 53, both, 202);
        await ListenAsync(path, "UDP", 53, both, 202);
        (await ListenAsync(path, "TCP", 53, "{shop-tg}", 409)).IsProblem(409, "listener_in_use");
        (await ListenAsync(path, "UDP", 53, "{shop-dns}", 409)).IsProblem(409, "listener_in_use");
        (await ListenAsync(path, "TCP_UDP", 53, both, 409)).IsProblem(409, "listener_in_use");
        Assert.Equal(2, (await ItemsAsync("shop", path + "/listeners")).Length);
    }

    [Fact]
    public async Task Members_are_added_and_updated_in_one_call_and_removed_in_one_and_checked_at_another_port()
    {
        string path = await CreateGroupAsync("batch", """ "healthCheck":{"protocol":"HTTP","port":9000}""");
        Assert.Equal(
            9000,
            (await region.SendAsync("shop", "GET", path)).Body.GetProperty("healthCheck").GetProperty("port")
                .GetInt32());
        await RegisterAsync("""{"address":"10.0.2.1"},{"address":"10.0.2.2","weight":5},{"address":"10.0.2.3"}""");
        JsonElement kept = (await ItemsAsync("shop", path + "/targets"))[0];
        await RegisterAsync("""{"address":"10.0.2.1","weight":0},{"address":"10.0.2.4","port":81}""");
        Answer removed = await region.SendAsync(
            "shop", "POST", path + "/targets:deregister",
            """{"targets":[{"address":"10.0.2.2"},{"address":"10.0.2.3"}]}""");
        Assert.Equal(202, removed.Status);
        JsonElement[] left =
        [
            .. (await ItemsAsync("shop", path + "/targets"))
                .Where(one => one.GetProperty("state").GetString() is not "draining"),
        ];
        Assert.Equal(
            ["10.0.2.1:80 0", "10.0.2.4:81 1"],
            left.Select(one => $"{one.GetProperty("address")}:{one.GetProperty("port")} {one.GetProperty("weight")}"));
        Assert.Equal(Id(kept), Id(left[0]));

        async Task RegisterAsync(string targets) => Assert.Equal(
            202,
            (await region.SendAsync("shop", "POST", path + "/targets", $$"""{"targets":[{{targets}}]}""")).Status);
    }

    [Fact]
    public async Task A_member_that_no_listener_sends_flows_to_is_unused()
    {
        string path = await CreateGroupAsync("unused", """ "healthCheck":{"protocol":"TCP"}""");
        await region.SendAsync("shop", "POST", path + "/targets", """{"targets":[{"address":"10.0.3.1"}]}""");
        JsonElement target = Assert.Single(await ItemsAsync("shop", path + "/targets"));
        Assert.Equal("unused", target.GetProperty("state").GetString());
        Assert.Equal("Target.NotInUse", target.GetProperty("reason").GetString());
    }

    private static string Id(JsonElement one) => one.GetProperty("id").GetString()!;

    private static string Name(JsonElement one) => one.GetProperty("name").GetString()!;

    private async Task<JsonElement[]> ItemsAsync(string who, string path)
    {
        Answer answer = await region.SendAsync(who, "GET", path);
        Assert.True(answer.Status == 200, answer.Body.ToString());
        return [.. answer.Body.GetProperty("items").EnumerateArray()];
    }

    /// <summary>The path of a new TCP group.</summary>
    private async Task<string> CreateGroupAsync(string name, string members)
    {
        Answer made = await region.SendAsync(
            "shop", "POST", "/v1/target-groups", $$"""{"name":"{{name}}","protocol":"TCP","port":80,{{members}}}""");
        Assert.True(made.Status == 202, made.Body.ToString());
        return made.Headers["Location"];
    }

    private async Task<Answer> ListenAsync(string lb, string protocol, int port, string group, int status)
    {
        Answer answer = await region.SendAsync(
            "shop", "POST", lb + "/listeners",
            $$"""{"protocol":"{{protocol}}","port":{{port}},"targetGroupId":"{{group}}"}""");
        Assert.True(answer.Status == status, answer.Body.ToString());
        return answer;
    }
}
