using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Trees;

namespace Hyperplane.Api.Tests.Trees;

/// <summary>Resources that are asked for with what is under them.</summary>
public sealed class NewTreeTests
{
    private const string Group =
        """{"name":"web","protocol":"TCP","port":80,"targets":[{"address":"10.0.0.7","weight":3}]}""";

    [Fact]
    public async Task A_load_balancer_brings_its_listeners_groups_and_targets()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync(
            "POST", "/v1/load-balancers",
            $$"""
            {"name":"web","zones":[{"zone":"a"}],"listeners":[
             {"protocol":"TCP","port":80,
              "targetGroups":[{"targetGroup":{{Group}},"weight":7},{"targetGroupId":"tg-9"}]},
             {"protocol":"TCP","port":81,"targetGroupId":"tg-8","idleTimeoutSeconds":60}]}
            """);
        Assert.Equal((202, "/v1/load-balancers/lb-web"), (answer.Status, answer.Headers["Location"]));
        IReadOnlyList<NewListener> asked = host.Fake<MemoryNewTrees, INewTrees>().Listeners;
        Assert.Equal(
            [new TargetGroupShare("", 7), new TargetGroupShare("tg-9", 1)], asked[0].Config.TargetGroups);
        Assert.Equal("10.0.0.7", asked[0].NewGroups[0]!.Targets[0].Address);
        Assert.Equal(3, asked[0].NewGroups[0]!.Targets[0].Weight);
        Assert.Null(asked[0].NewGroups[1]);
        Assert.Equal(("tg-8", 60), (asked[1].Config.TargetGroupId, asked[1].Config.IdleTimeoutSeconds));
        Assert.Equal([null], asked[1].NewGroups);
    }

    [Fact]
    public async Task A_listener_brings_its_groups_and_a_group_its_targets()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/load-balancers", """{"name":"web","zones":[{"zone":"a"}]}""");
        Answer listener = await host.SendAsync(
            "POST", "/v1/load-balancers/lb-web/listeners",
            $$"""{"protocol":"TCP","port":80,"targetGroups":[{"targetGroup":{{Group}}}]}""");
        Assert.Equal(202, listener.Status);
        Assert.Equal("web", host.Fake<MemoryNewTrees, INewTrees>().Listeners[0].NewGroups[0]!.Config.Name);
        Assert.Equal(202, (await host.SendAsync("POST", "/v1/target-groups", Group)).Status);
        Assert.Single(host.Fake<MemoryNewTrees, INewTrees>().Group!.Targets);
    }

    [Fact]
    public async Task Everything_wrong_in_a_tree_is_told_with_its_place()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync(
            "POST", "/v1/load-balancers",
            """
            {"name":"-","zones":[{"zone":"a"}],"listeners":[
             {"protocol":"UDP","port":0,"idleTimeoutSeconds":60,"targetGroups":[
              {"weight":1},
              {"targetGroupId":"tg-1","targetGroup":{"name":"w","protocol":"TCP","port":1}},
              {"targetGroup":{"name":"w","protocol":"TCP","port":1,"healthCheck":{"path":"/"},"targets":[
               {"address":"10.0.0.7"},{"address":"10.0.0.7"},{"address":"here"}]}}]},
             {"protocol":"TCP","port":81}]}
            """);
        answer.IsProblem(400, "invalid_value");
        Assert.Equal(
            [
                "/listeners/0/idleTimeoutSeconds invalid_value",
                "/listeners/0/port invalid_value",
                "/listeners/0/targetGroups/0/targetGroupId missing_member",
                "/listeners/0/targetGroups/1/targetGroup invalid_value",
                "/listeners/0/targetGroups/2/targetGroup/healthCheck/path invalid_value",
                "/listeners/0/targetGroups/2/targetGroup/targets/1 invalid_value",
                "/listeners/0/targetGroups/2/targetGroup/targets/2/address invalid_value",
                "/listeners/1/targetGroupId missing_member",
                "/name invalid_value",
            ],
            answer.Errors);
        Assert.Empty(host.Store.Writes);
    }

    [Fact]
    public async Task A_change_of_a_listener_creates_no_group()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync(
            "PATCH", "/v1/load-balancers/lb-web/listeners/listener-80",
            $$"""{"targetGroups":[{"targetGroup":{{Group}}}]}""");
        answer.IsProblem(400, "invalid_value");
        Assert.Equal(["/targetGroups/0/targetGroup invalid_value"], answer.Errors);
    }
}
