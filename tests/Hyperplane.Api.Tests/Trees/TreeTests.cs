namespace Hyperplane.Api.Tests.Trees;

public sealed class TreeTests
{
    [Fact]
    public async Task Each_branch_has_both_statuses()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/load-balancers", """{"name":"web","zones":[{"zone":"a"}]}""");
        const string active =
            """
            {"provisioning":"active","operating":"degraded","generation":2,"observedGeneration":2,"converged":true}
            """;
        (await host.SendAsync("GET", "/v1/load-balancers/lb-web/tree")).BodyIs(
            $$"""
            {"id":"lb-web","name":"web",
             "standing":{"provisioning":"pending","operating":"no_targets","generation":3,"observedGeneration":0,
              "converged":false},
             "listeners":[{"id":"listener-80","protocol":"TCP","port":80,"standing":{{active}},
              "targetGroups":[{"targetGroupId":"tg-web","weight":7}]}],
             "targetGroups":[{"id":"tg-web","name":"web","standing":{{active}},"targets":[
              {"id":"target-1","address":"10.0.0.1","port":8080,"provisioning":"active","state":"healthy",
               "reason":null},
              {"id":"target-2","address":"10.0.0.2","port":8080,"provisioning":"deleting","state":"draining",
               "reason":"Target.Gone"}]}]}
            """);
        (await host.SendAsync("GET", "/v1/load-balancers/lb-web/tree", key: "bank-key")).IsProblem(404, "not_found");
    }
}
