using System.Text.Json;
using Hyperplane.Lbctl.Tests.Region;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Applying;

/// <summary><c>lbctl apply</c> against a real region.</summary>
[Collection(nameof(RegionCollection))]
public sealed class ApplyTests(LbctlRegion region)
{
    private const string Web = """
        elasticIps:
          - name: front
            zone: a
            tags: {team: shop}
        targetGroups:
          - name: servers
            protocol: TCP
            port: 8080
            healthCheck: {protocol: HTTP, path: /healthz, intervalSeconds: 10}
            attributes: {load_balancing.algorithm.type: least_flows}
            targets:
              - 10.0.0.1
              - {address: 10.0.0.2, port: 8081, weight: 5, zone: a}
          - name: names
            protocol: UDP
            port: 53
            targets: []
        loadBalancers:
          - name: web
            zones:
              - {zone: a, elasticIp: front}
              - b
            attributes: {deletion_protection.enabled: true}
            listeners:
              - {protocol: TCP, port: 80, targetGroup: servers}
              - {protocol: UDP, port: 53, targetGroups: [{name: names, weight: 7}]}
        """;

    [Fact]
    public async Task A_whole_tree_is_shown_made_and_made_no_second_time()
    {
        RegionTenant tenant = await region.TenantAsync();

        ShellOutcome dry = await tenant.RunAsync("apply -f - --dry-run", Web);
        JsonElement before = await tenant.JsonAsync("nlb list");
        ShellOutcome done = await tenant.ApplyAsync(Web);
        ShellOutcome again = await tenant.ApplyAsync(Web);

        Assert.Equal(
            """
            + elastic IP front
                zone: a
                tags.team: shop
            + target group servers
                protocol: TCP
                port: 8080
                healthCheck.protocol: HTTP
                healthCheck.path: /healthz
                healthCheck.intervalSeconds: 10
                attributes.load_balancing.algorithm.type: least_flows
            + target 10.0.0.1:8080 of servers
            + target 10.0.0.2:8081 of servers
                weight: 5
                zone: a
            + target group names
                protocol: UDP
                port: 53
            + nlb web
                zones.a: elastic IP front
                zones.b: an address is chosen
                attributes.deletion_protection.enabled: true
            + listener TCP:80 of web
                targetGroups: servers
            + listener UDP:53 of web
                targetGroups: names=7
            8 to create, 0 to change, 0 to delete

            """,
            dry.Output);
        Assert.Equal((6, "nothing was changed (--dry-run)\n"), (dry.ExitCode, dry.Error));
        Assert.Equal(0, before.GetProperty("items").GetArrayLength());
        Assert.Equal(dry.Output + "done: 8 created, 0 changed, 0 deleted\n", done.Output);
        JsonElement web = await tenant.JsonAsync("nlb get web");
        Assert.Equal("active", web.GetProperty("status").GetProperty("provisioning").GetString());
        Assert.NotEqual(JsonValueKind.Null, web.GetProperty("zones")[0].GetProperty("elasticIp").ValueKind);
        Assert.Equal("no differences\n", again.Output);
    }

    [Fact]
    public async Task What_differs_is_shown_field_by_field_and_what_is_whole_loses_the_rest()
    {
        RegionTenant tenant = await region.TenantAsync();
        await tenant.ApplyAsync(Web);
        const string Changed = """
            elasticIps:
              - {name: front, zone: a, tags: {team: web}}
            targetGroups:
              - name: servers
                protocol: TCP
                port: 8080
                healthCheck: {protocol: HTTP, intervalSeconds: 10}
                deregistrationDelaySeconds: 0
                tags: {colour: blue}
                targets:
                  - 10.0.0.2:8081=6
                  - 10.0.0.3
            loadBalancers:
              - name: web
                zones: [a, b]
                listeners:
                  - {protocol: TCP, port: 80, targetGroups: [{name: servers, weight: 2}], idleTimeoutSeconds: 60}
                  - {protocol: TCP_UDP, port: 53, targetGroup: both, allowedCidrs: [10.0.0.0/8]}
            ---
            targetGroups:
              - {name: both, protocol: TCP_UDP, port: 53}
            """;

        string shown = await tenant.DifferencesAsync(Changed);
        ShellOutcome done = await tenant.ApplyAsync(Changed);

        Assert.Equal(
            """
            ~ elastic IP front
                tags.team: shop → web
            ~ target group servers
                healthCheck.path: /healthz → /
                deregistrationDelaySeconds: 300 → 0
                attributes.load_balancing.algorithm.type: least_flows → five_tuple
                tags.colour: - → blue
            ~ target 10.0.0.2:8081 of servers
                weight: 5 → 6
                zone: a → -
            + target 10.0.0.3:8080 of servers
            + target group both
                protocol: TCP_UDP
                port: 53
            ~ nlb web
                attributes.deletion_protection.enabled: true → false
            - listener UDP:53 of web
            ~ listener TCP:80 of web
                targetGroups: servers → servers=2
                idleTimeoutSeconds: 350 → 60
            + listener TCP_UDP:53 of web
                targetGroups: both
                allowedCidrs: 10.0.0.0/8
            - target 10.0.0.1:8080 of servers
            3 to create, 5 to change, 2 to delete

            """,
            shown);
        Assert.EndsWith("done: 3 created, 5 changed, 2 deleted\n", done.Output, StringComparison.Ordinal);
        Assert.Equal("", await tenant.DifferencesAsync(Changed));
        // What the file does not describe is left alone.
        Assert.Equal("names\n", (await tenant.RunAsync("target-group get names -o name")).Output);
    }

    [Fact]
    public async Task What_a_described_thing_does_not_say_all_of_is_left_alone()
    {
        RegionTenant tenant = await region.TenantAsync();
        await tenant.ApplyAsync(Web);

        string shown = await tenant.DifferencesAsync("""
            {"targetGroups": [{"name": "names", "protocol": "UDP", "port": 53}],
             "loadBalancers": [{"name": "web", "zones": ["a", "b"],
               "attributes": {"deletion_protection.enabled": true}}]}
            """);

        Assert.Equal("", shown);
    }

    [Fact]
    public async Task Zones_come_and_go()
    {
        RegionTenant tenant = await region.TenantAsync();
        await tenant.ApplyAsync("loadBalancers: [{name: web, zones: [a]}]");
        string address = (await tenant.JsonAsync("nlb get web")).GetProperty("zones")[0].GetProperty("address")
            .GetString()!;

        string shown = await tenant.DifferencesAsync("loadBalancers: [{name: web, zones: [b]}]");
        await tenant.ApplyAsync("loadBalancers: [{name: web, zones: [b], ipAddressType: dualstack}]");

        Assert.Equal(
            $"""
            ~ nlb web
                zones.b: - → an address is chosen
                zones.a: {address} → -
            0 to create, 1 to change, 0 to delete

            """,
            shown);
        Assert.Equal(
            "b\n", (await tenant.RunAsync("nlb get web --query zones[].zone")).Output);
        Assert.Equal("", await tenant.DifferencesAsync(
            "loadBalancers: [{name: web, zones: [b], ipAddressType: dualstack}]"));
    }

    [Fact]
    public async Task Everything_that_the_api_refuses_is_told_with_its_place_before_anything_is_changed()
    {
        RegionTenant tenant = await region.TenantAsync();
        await tenant.ApplyAsync(Web);

        ShellOutcome outcome = await tenant.RunAsync("apply -f - --yes", """
            elasticIps:
              - {name: front, zone: b}
            targetGroups:
              - {name: servers, protocol: UDP, port: 8080}
              - {name: fresh, protocol: TCP, port: 1}
              - name: "-wrong"
                protocol: TCP
                port: 80
                healthCheck: {matcher: many}
            loadBalancers:
              - {name: other, zones: [nowhere]}
              - {name: third, zones: [a], listeners: [{protocol: UDP, port: 1, targetGroup: fresh}]}
            """);

        Assert.Equal(1, outcome.ExitCode);
        foreach (string part in (string[])
            [
                "error: 5 of the changes cannot be made; nothing was changed\n",
                "  standard input:2:5: elastic IP front: its zone is a for ever, and cannot become b (immutable)\n",
                "  standard input:4:5: target group servers: ", "(immutable)",
                "  standard input:6:5: target group -wrong: ", "    /healthCheck/matcher: ", "    /name: ",
                "  standard input:11:5: nlb other: ", "(unknown_zone)",
                "  standard input:12:5: nlb third: ", "(protocol_mismatch)",
            ])
            Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("names\nservers\n", (await tenant.RunAsync("target-group list -o name --sort-by name")).Output);
    }

    [Fact]
    public async Task A_failure_in_the_middle_tells_what_is_done_and_the_next_apply_goes_on()
    {
        RegionTenant tenant = await region.TenantAsync("""{"load_balancers":1}""");
        const string Group = "targetGroups: [{name: servers, protocol: TCP, port: 80}]\n";
        const string One = "  - {name: one, zones: [a]}\n";
        const string Two =
            "  - {name: two, zones: [a], listeners: [{protocol: TCP, port: 80, targetGroup: servers}]}\n";

        ShellOutcome broken = await tenant.RunAsync(
            "apply -f - --yes", $"{Group}loadBalancers:\n{One}{Two}");
        string left = await tenant.DifferencesAsync($"{Group}loadBalancers:\n{One}");
        await tenant.RunAsync("nlb delete one");
        ShellOutcome after = await tenant.RunAsync(
            "apply -f - --yes -o json", $"{Group}loadBalancers:\n{Two}");

        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("error: create nlb two: ", broken.Error, StringComparison.Ordinal);
        Assert.Contains("(quota_exceeded)", broken.Error, StringComparison.Ordinal);
        Assert.Contains(
            """
              done: create target group servers
              done: create nlb one
              not done: create nlb two
              applying the same file again goes on from here

            """,
            broken.Error,
            StringComparison.Ordinal);
        Assert.Equal("", left);
        Assert.Equal(0, after.ExitCode);
        JsonElement[] changes =
            [.. JsonElement.Parse(after.Output).GetProperty("changes").EnumerateArray()];
        Assert.Equal(
            ["create nlb two True", "create listener TCP:80 of two True"],
            changes.Select(change => $"{change.GetProperty("action").GetString()} "
                + $"{change.GetProperty("kind").GetString()} {change.GetProperty("name").GetString()} "
                + $"{change.GetProperty("done").GetBoolean()}"));
    }

    [Fact]
    public async Task A_name_that_is_nowhere_is_told_with_its_place()
    {
        RegionTenant tenant = await region.TenantAsync();
        await tenant.ApplyAsync("targetGroups: [{name: servers, protocol: TCP, port: 80}]");

        ShellOutcome outcome = await tenant.RunAsync("apply -f - --yes", """
            loadBalancers:
              - name: web
                zones: [{zone: a, elasticIp: ghost}]
                listeners:
                  - {protocol: TCP, port: 80, targetGroup: server}
            """);

        Assert.Equal(2, outcome.ExitCode);
        const string Nowhere = "neither in the file nor in the region";
        Assert.Equal(
            $"""
            error: standard input:3:13: there is no elastic IP 'ghost', {Nowhere}; there is none
              standard input:5:48: there is no target group 'server', {Nowhere}; there are servers
            hint: lbctl apply --help

            """,
            outcome.Error);
    }
}
