using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Api.Tests.Targets;

/// <summary>/v1/target-groups/{id}/targets when all is well.</summary>
public sealed class TargetTests
{
    [Fact]
    public async Task Targets_are_registered_listed_and_got()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync(
            "POST", "/v1/target-groups/tg-1/targets",
            """
            {"targets": [
              {"address": "10.0.0.7", "zone": "b"}, {"address": "10.0.0.7", "port": 81, "weight": 0},
              {"address": "223.0.0.1", "weight": 999}
            ]}
            """);
        Assert.Equal(202, answer.Status);
        Assert.Equal(
            [new TargetConfig("10.0.0.7", null, 1) { Zone = "b" }, new TargetConfig("10.0.0.7", 81, 0),
             new TargetConfig("223.0.0.1", null, 999)],
            host.Fake<MemoryTargets, ITargets>().Registered);
        string id = answer.Body.GetProperty("items")[0].GetProperty("id").GetString()!;
        Answer one = await host.SendAsync("GET", $"/v1/target-groups/tg-1/targets/{id}");
        one.BodyIs(
            $$"""
            {
              "id": "{{id}}", "targetGroupId": "tg-1", "address": "10.0.0.7", "port": 80, "weight": 1, "zone": "b",
              "state": "initial", "reason": "Elb.RegistrationInProgress", "detail": "Not checked yet.",
              "healthyNodes": 0, "votingNodes": 0, "checks": null,
              "createdAt": "2025-01-02T03:04:05+00:00"
            }
            """);
        Answer list = await host.SendAsync("GET", "/v1/target-groups/tg-1/targets");
        Assert.Equal(3, list.Body.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Targets_are_deregistered_by_address_and_port_and_twice_is_once()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync(
            "POST", "/v1/target-groups/tg-1/targets:deregister",
            """{"targets":[{"address":"10.0.0.7"},{"address":"10.0.0.8","port":81},{"address":"10.0.0.7"}]}""");
        Assert.Equal((202, 0), (answer.Status, answer.Body.GetProperty("items").GetArrayLength()));
        Assert.Equal(
            [new TargetKey("10.0.0.7", null), new TargetKey("10.0.0.8", 81)],
            host.Fake<MemoryTargets, ITargets>().Deregistered);
    }

    [Fact]
    public async Task A_thousand_targets_at_once_are_taken()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string targets = string.Join(
            ',', Enumerable.Range(0, 1000).Select(i => $$"""{"address":"10.0.{{i / 256}}.{{i % 256}}"}"""));
        Assert.Equal(202,
            (await host.SendAsync("POST", "/v1/target-groups/tg-1/targets", $$"""{"targets":[{{targets}}]}""")).Status);
        Assert.Equal(1000, host.Fake<MemoryTargets, ITargets>().Registered!.Count);
    }
}
