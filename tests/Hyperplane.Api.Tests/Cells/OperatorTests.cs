namespace Hyperplane.Api.Tests.Cells;

/// <summary>The operator's paths when all is well.</summary>
public sealed class OperatorTests
{
    private const string Zone =
        """{"vipPool":"198.18.0.0/20","snatPool":"198.19.0.0/24","probePool":"198.19.1.0/24"}""";

    [Fact]
    public async Task Zones_cells_and_nodes_are_declared_once_and_listed()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await IsCreatedOnceAsync(host, "/v1/zones/a", Zone);
        await IsCreatedOnceAsync(host, "/v1/cells/a1", """{"zone":"a","tunnelSourcePrefix":"172.30.0.0/24"}""");
        await IsCreatedOnceAsync(host, "/v1/cells/a1/nodes/n1", """{"address":"10.1.0.11"}""");

        (await GetAsync(host, "/v1/zones")).BodyIs(
            """
            {
              "items": [
                {
                  "name": "a", "vipPool": "198.18.0.0/20", "snatPool": "198.19.0.0/24", "probePool": "198.19.1.0/24",
                  "ipv6VipPool": null, "ipv6SnatPool": null, "ipv6ProbePool": null, "maxCells": 4
                }
              ],
              "nextPageToken": null
            }
            """);
        (await GetAsync(host, "/v1/cells")).BodyIs(
            """
            {"items":[{"name":"a1","zone":"a","tunnelSourcePrefix":"172.30.0.0/24","ipv6TunnelSourcePrefix":null,
            "shardSize":4,"draining":false}],
            "nextPageToken":null}
            """);
        (await host.SendAsync(
            "PUT", "/v1/cells/a1", """{"zone":"a","tunnelSourcePrefix":"172.30.0.1/24"}""", "operator-key"))
            .IsProblem(400, "invalid_value");
        Assert.Equal("n1", (await GetAsync(host, "/v1/cells/a1/nodes")).Body.GetProperty("items")[0].GetProperty("name")
            .GetString());
    }

    [Fact]
    public async Task A_cell_is_got_drained_taken_back_and_removed()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.SendAsync("POST", "/v1/cells/a1:drain", key: "operator-key")).IsProblem(404, "not_found");
        (await host.SendAsync("PUT", "/v1/cells/a1", """{"zone":"a","shardSize":17}""", "operator-key"))
            .IsProblem(400, "invalid_value");
        await host.SendAsync("PUT", "/v1/cells/a1", """{"zone":"a","shardSize":2}""", "operator-key");
        Assert.Equal(2, (await GetAsync(host, "/v1/cells/a1")).Body.GetProperty("shardSize").GetInt32());
        (await host.SendAsync("GET", "/v1/cells/a2", key: "operator-key")).IsProblem(404, "not_found");
        Answer drained = await host.SendAsync("POST", "/v1/cells/a1:drain", key: "operator-key");
        Assert.True(drained.Body.GetProperty("draining").GetBoolean());
        Answer back = await host.SendAsync("POST", "/v1/cells/a1:undrain", key: "operator-key");
        Assert.False(back.Body.GetProperty("draining").GetBoolean());
        Assert.Equal(204, (await host.SendAsync("DELETE", "/v1/cells/a1", key: "operator-key")).Status);
        (await host.SendAsync(
            "PUT", "/v1/zones/a", Zone.Replace("}", ""","maxCells":3}""", StringComparison.Ordinal), "operator-key"))
            .IsProblem(400, "invalid_value");
    }

    [Fact]
    public async Task What_is_placed_where_is_told()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await GetAsync(host, "/v1/placement")).BodyIs(
            """
            {
              "cells": [
                {
                  "name": "a1", "zone": "a", "draining": false, "shardSize": 2, "loadBalancers": 3, "tenants": 2,
                  "nodes": [
                    {"name": "n1", "draining": false, "shards": 1, "loadBalancers": 3},
                    {"name": "n2", "draining": true, "shards": 0, "loadBalancers": 0}
                  ],
                  "shards": [
                    {
                      "index": 0, "block": "198.18.0.0/26", "nodes": ["n1"], "loadBalancers": 3, "tenants": 2,
                      "freeAddresses": 59
                    }
                  ]
                }
              ],
              "overlap": {
                "tenants": 2,
                "pairs": [{"sharedNodes": 0, "pairs": 0}, {"sharedNodes": 1, "pairs": 1}],
                "worst": [{"tenants": ["tenant-a", "tenant-b"], "sharedNodes": 1, "nodes": 1}]
              }
            }
            """);
    }

    [Fact]
    public async Task A_node_is_got_drained_taken_back_and_forgotten()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        const string path = "/v1/cells/a1/nodes/n1";
        (await host.SendAsync("POST", $"{path}:drain", key: "operator-key")).IsProblem(404, "not_found");
        await host.SendAsync("PUT", path, """{"address":"10.1.0.11"}""", "operator-key");
        (await GetAsync(host, path)).BodyIs(
            """
            {
              "name": "n1", "cell": "a1", "address": "10.1.0.11", "ipv6Address": null,
              "snatAddresses": ["198.19.0.1"], "probeAddress": "198.19.1.1", "ipv6ProbeAddress": null,
              "draining": false, "runningVersion": 0, "wantedVersion": 7,
              "refusal": null, "unservedGroups": [], "lastSeenAt": null,
              "peers": [{"address": "10.1.0.1", "state": "Established", "prefixesSent": 3, "lastError": null}],
              "announced": ["198.18.0.0/26"], "counters": {"forwarded": 5}
            }
            """);
        (await host.SendAsync("GET", "/v1/cells/a1/nodes/n2", key: "operator-key")).IsProblem(404, "not_found");

        Answer drained = await host.SendAsync("POST", $"{path}:drain", key: "operator-key");
        Assert.True(drained.Body.GetProperty("draining").GetBoolean());
        Answer back = await host.SendAsync("POST", $"{path}:undrain", key: "operator-key");
        Assert.False(back.Body.GetProperty("draining").GetBoolean());
        Assert.Equal(204, (await host.SendAsync("DELETE", path, key: "operator-key")).Status);
    }

    [Fact]
    public async Task A_zone_and_a_node_of_both_families_are_told_with_both()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await IsCreatedOnceAsync(host, "/v1/zones/a",
            """
            {
              "vipPool": "198.18.0.0/20", "snatPool": "198.19.0.0/24", "probePool": "198.19.1.0/24",
              "ipv6VipPool": "fd00:18::/112", "ipv6SnatPool": "fd00:19::/120", "ipv6ProbePool": "fd00:19::1:0/120"
            }
            """);
        await IsCreatedOnceAsync(
            host, "/v1/cells/a1/nodes/n1", """{"address":"10.1.0.11","ipv6Address":"fd00:10::11"}""");
        Assert.Equal("fd00:18::/112", (await GetAsync(host, "/v1/zones")).Body.GetProperty("items")[0]
            .GetProperty("ipv6VipPool").GetString());
        Answer node = await GetAsync(host, "/v1/cells/a1/nodes/n1");
        Assert.Equal("fd00:10::11", node.Body.GetProperty("ipv6Address").GetString());
        Assert.Equal("fd00:19::1:1", node.Body.GetProperty("ipv6ProbeAddress").GetString());
    }

    [Fact]
    public async Task A_tenant_and_its_keys_come_and_go()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer tenant = await host.SendAsync("POST", "/v1/tenants", """{"name":"shop"}""", "operator-key");
        Assert.Equal((201, "/v1/tenants/tenant-shop"), (tenant.Status, tenant.Headers["Location"]));
        Assert.Equal(200, (await host.SendAsync("POST", "/v1/tenants", """{"name":"shop"}""", "operator-key")).Status);
        Assert.Equal("shop", (await GetAsync(host, "/v1/tenants/tenant-shop")).Body.GetProperty("name").GetString());

        Answer key = await host.SendAsync(
            "POST", "/v1/tenants/tenant-shop/api-keys", """{"name":"ci"}""", "operator-key");
        Assert.Equal(201, key.Status);
        Assert.Equal("the-secret", key.Body.GetProperty("secret").GetString());
        Answer keys = await GetAsync(host, "/v1/tenants/tenant-shop/api-keys");
        Assert.Equal(1, keys.Body.GetProperty("items").GetArrayLength());
        Assert.DoesNotContain("secret", keys.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(204, (await host.SendAsync("DELETE", key.Headers["Location"], key: "operator-key")).Status);
        Answer limited = await host.SendAsync(
            "PUT", "/v1/tenants/tenant-shop/limits", """{"newFlowsPerSecondPerSource":50,"newFlowsPerSecond":0}""",
            "operator-key");
        Assert.Equal(200, limited.Status);
        Assert.Equal(
            """{"newFlowsPerSecond":0,"newFlowsPerSecondPerAddress":200000,"newFlowsPerSecondPerSource":50}""",
            limited.Body.GetProperty("limits").GetRawText());
        (await host.SendAsync(
            "PUT", "/v1/tenants/tenant-shop/limits", """{"newFlowsPerSecond":-1}""", "operator-key"))
            .IsProblem(400, "invalid_value");
        (await host.SendAsync("PUT", "/v1/tenants/nobody/limits", "{}", "operator-key")).IsProblem(404, "not_found");

        Assert.Equal(204, (await host.SendAsync("DELETE", "/v1/tenants/tenant-shop", key: "operator-key")).Status);
        (await host.SendAsync("GET", "/v1/tenants/tenant-shop", key: "operator-key")).IsProblem(404, "not_found");
    }

    private static async Task IsCreatedOnceAsync(ApiHost host, string path, string body)
    {
        Assert.Equal(201, (await host.SendAsync("PUT", path, body, "operator-key")).Status);
        Assert.Equal(200, (await host.SendAsync("PUT", path, body, "operator-key")).Status);
    }

    private static Task<Answer> GetAsync(ApiHost host, string path) => host.SendAsync("GET", path, key: "operator-key");
}
