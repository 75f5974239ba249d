using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.Quotas;

namespace Hyperplane.Api.Tests.Quotas;

public sealed class QuotaTests
{
    [Fact]
    public async Task Quotas_are_listed_and_changed_by_name()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.SendAsync("GET", "/v1/quotas")).BodyIs(
            """{"items":[{"name":"load_balancers","value":60,"default":50,"used":3}],"nextPageToken":null}""");
        const string path = "/v1/tenants/shop/quotas";
        Answer changed = await host.SendAsync(
            "PATCH", path, """{"load_balancers":100,"targets_per_load_balancer":null}""", "operator-key");
        Assert.Equal(200, changed.Status);
        Assert.Equal(
            [(QuotaName.LoadBalancers, (int?)100), (QuotaName.TargetsPerLoadBalancer, null)],
            host.Fake<MemoryQuotas, IQuotas>().Changed!.Select(one => (one.Key, one.Value)));
        (await host.SendAsync("PATCH", path, """{"loadBalancers":1}""", "operator-key"))
            .IsProblem(400, "unknown_member");
        (await host.SendAsync("PATCH", path, """{"load_balancers":-1}""", "operator-key"))
            .IsProblem(400, "invalid_value");
    }
}
