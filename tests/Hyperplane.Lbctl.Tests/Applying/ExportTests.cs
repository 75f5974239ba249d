using System.Text.Json;
using Hyperplane.Lbctl.Tests.Region;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Applying;

/// <summary><c>lbctl export</c> against a real region, and back by <c>lbctl apply</c>.</summary>
[Collection(nameof(RegionCollection))]
public sealed class ExportTests(LbctlRegion region)
{
    /// <summary>What it exports is this to the letter: every field that is not a default, and none that is.</summary>
    private const string Tree = """
        elasticIps:
          - name: front
            zone: a
            tags:
              team: shop
          - name: front6
            zone: a
            ipAddressType: ipv6
        targetGroups:
          - name: blue
            protocol: TCP
            port: 8080
            healthCheck:
              protocol: HTTP
              intervalSeconds: 5
              timeoutSeconds: 5
            deregistrationDelaySeconds: 0
            attributes:
              load_balancing.algorithm.type: source_ip
              stickiness.enabled: "true"
            tags:
              colour: blue
              "no": "1.10"
            targets:
              - address: "10.0.0.1"
              - address: "10.0.0.1"
                port: 8081
                weight: 0
              - address: "10.0.0.2"
                zone: a
          - name: direct
            protocol: UDP
            port: 53
            ipAddressType: ipv6
            attributes:
              forwarding.encapsulation: vxlan
              forwarding.mode: dsr
              forwarding.network_id: "7"
              forwarding.port: "0"
              preserve_client_ip.enabled: "true"
            targets: []
          - name: green
            protocol: TCP
            port: 80
            healthCheck:
              protocol: HTTPS
            targets: []
          - name: spare
            protocol: TCP_UDP
            port: 7
            healthCheck:
              port: 9
            targets: []
        loadBalancers:
          - name: api
            zones:
              - a
              - b
            ipAddressType: dualstack
            attributes:
              load_balancing.cross_zone.enabled: "true"
            tags:
              team: shop
            listeners:
              - protocol: UDP
                port: 53
                targetGroup: direct
                deniedCidrs:
                  - 10.0.0.0/8
                  - 2001:db8::/32
              - protocol: TCP
                port: 80
                targetGroups:
                  - name: blue
                    weight: 9
                  - name: green
                    weight: 1
                idleTimeoutSeconds: 60
          - name: web
            zones:
              - zone: a
                elasticIp: front
            listeners: []
        """;

    [Fact]
    public async Task What_is_exported_is_what_was_applied_and_to_another_tenant_the_same_tree()
    {
        RegionTenant first = await region.TenantAsync();
        RegionTenant second = await region.TenantAsync();
        string tree = Tree.Replace("10.0.0.0/8\n", "\"10.0.0.0/8\"\n", StringComparison.Ordinal)
            .Replace("2001:db8::/32\n", "\"2001:db8::/32\"\n", StringComparison.Ordinal) + "\n";
        await first.ApplyAsync(tree);

        ShellOutcome exported = await first.RunAsync("export");
        ShellOutcome asJson = await first.RunAsync("export -o json");
        await second.ApplyAsync(exported.Output);

        Assert.Equal(tree, exported.Output);
        Assert.Equal("", await first.DifferencesAsync(exported.Output));
        Assert.Equal("", await first.DifferencesAsync(asJson.Output));
        Assert.Equal(exported.Output, (await second.RunAsync("export")).Output);
        Assert.Equal("", await second.DifferencesAsync(exported.Output));
    }

    [Fact]
    public async Task A_key_that_may_only_read_exports_more_words_that_mean_the_same()
    {
        RegionTenant tenant = await region.TenantAsync();
        await tenant.ApplyAsync(Tree);

        ShellOutcome exported = await tenant.ReadAsync("export");

        Assert.Equal((0, ""), (exported.ExitCode, exported.Error));
        Assert.Contains("idleTimeoutSeconds: 350", exported.Output.Replace("60", "350", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Equal("", await tenant.DifferencesAsync(exported.Output));
    }

    [Fact]
    public async Task One_load_balancer_is_exported_with_what_it_uses()
    {
        RegionTenant tenant = await region.TenantAsync();
        await tenant.ApplyAsync(Tree);
        await tenant.RunAsync("elastic-ip create --zone b");

        JsonElement all = JsonElement.Parse((await tenant.RunAsync("export -o json")).Output);
        ShellOutcome note = await tenant.RunAsync("export");
        JsonElement web = JsonElement.Parse((await tenant.RunAsync("export --nlb web -o json")).Output);
        JsonElement api = JsonElement.Parse((await tenant.RunAsync("export --nlb api --nlb web -o json")).Output);
        ShellOutcome ghost = await tenant.RunAsync("export --nlb ghost");

        Assert.Equal(["front", "front6"], Names(all, "elasticIps"));
        Assert.EndsWith("has no name and is left out\n", note.Error, StringComparison.Ordinal);
        Assert.Equal(["front"], Names(web, "elasticIps"));
        Assert.False(web.TryGetProperty("targetGroups", out _));
        Assert.Equal(["blue", "direct", "green"], Names(api, "targetGroups"));
        Assert.Equal(3, ghost.ExitCode);
    }

    [Fact]
    public async Task Addresses_are_written_down_when_they_are_asked_for()
    {
        RegionTenant tenant = await region.TenantAsync();
        await tenant.ApplyAsync(Tree);
        string address = (await tenant.JsonAsync("nlb get api")).GetProperty("zones")[0].GetProperty("address")
            .GetString()!;

        ShellOutcome exported = await tenant.RunAsync("export --addresses");

        Assert.Contains($"address: \"{address}\"", exported.Output, StringComparison.Ordinal);
        Assert.Equal("", await tenant.DifferencesAsync(exported.Output));
        ShellOutcome moved = await tenant.RunAsync("apply -f - --yes", exported.Output.Replace(
            $"\"{address}\"", "\"198.18.0.77\"", StringComparison.Ordinal));
        Assert.Equal(1, moved.ExitCode);
        Assert.Contains("nlb api: ", moved.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Names(JsonElement file, string kind) =>
        file.GetProperty(kind).EnumerateArray().Select(one => one.GetProperty("name").GetString());
}
