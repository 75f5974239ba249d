using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Tests.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Tests.Cells;

public sealed class CellRemovalTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_new_is_placed_in_a_draining_cell()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync(nodes: 1);
        LoadBalancer there = await region.LoadBalancerAsync(tenant.Id, "there");
        Assert.True(Region.Done(await region.Cells.SetCellDrainingAsync("a1", draining: true, Cancel)).Draining);
        Assert.Equal("no_cell", Region.Refused(
            await region.LoadBalancers.CreateAsync(tenant.Id, Region.Config("none", "a"), Cancel)).Code);

        Region.Done(await region.Cells.PutCellAsync(new Cell("a2", "a"), Cancel));
        Assert.Equal("a2", (await region.LoadBalancerAsync(tenant.Id, "new")).Zones[0].Cell);
        // An address of the draining cell's blocks is another one's, and announced alone.
        LoadBalancer chosen = await region.LoadBalancerAsync(tenant.Id, "chosen", "a=198.18.1.77");
        Assert.Equal("a2", chosen.Zones[0].Cell);
        Assert.True(await region.Database.RunAsync(
            null, db => db.VipAddresses.AnyAsync(vip => vip.Cell == "a2" && vip.AnnounceAlone, Cancel), Cancel));
        Assert.Equal(
            "a1", Region.Done(await region.LoadBalancers.GetAsync(tenant.Id, there.Id, Cancel)).Zones[0].Cell);

        Assert.False(Region.Done(await region.Cells.PutCellAsync(new Cell("a2", "a"), Cancel)).Draining);
        Assert.True((await region.Cells.ListCellsAsync(Cancel))[0].Draining);
        Region.Done(await region.Cells.SetCellDrainingAsync("a1", draining: false, Cancel));
        Tenant other = await region.TenantAsync("other");
        Assert.Equal("a1", (await region.LoadBalancerAsync(other.Id)).Zones[0].Cell);
    }

    [Fact]
    public async Task An_elastic_ip_stays_in_a_draining_cell_while_its_nodes_may_announce_it()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync(nodes: 1);
        await region.PoolAsync("203.0.113.0/28", AddressPoolKind.Elastic);
        ElasticIp elastic = await region.ElasticIpAsync(tenant.Id);
        LoadBalancer first = await region.LoadBalancerAsync(tenant.Id, "first", $"a={elastic.Id}");
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant.Id, first.Id, Cancel));
        Region.Done(await region.Cells.PutCellAsync(new Cell("a2", "a"), Cancel));
        Region.Done(await region.Cells.PutNodeAsync("a2", "n1", "10.0.0.9", null, Cancel));
        Region.Done(await region.Cells.SetCellDrainingAsync("a1", draining: true, Cancel));
        Assert.Equal("a1", (await region.LoadBalancerAsync(tenant.Id, "again", $"a={elastic.Id}")).Zones[0].Cell);
        Assert.Equal("a2", (await region.LoadBalancerAsync(tenant.Id, "new")).Zones[0].Cell);
    }

    [Fact]
    public async Task A_cell_is_removed_when_nothing_is_there_and_the_next_gets_its_part()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync(nodes: 1);
        LoadBalancer web = await region.LoadBalancerAsync(tenant.Id);
        ulong version = (await region.SnapshotAsync()).Version;
        Refusal full = Region.Refused(await region.Cells.DeleteCellAsync("a1", Cancel));
        Assert.Equal((RefusalKind.Conflict, "resource_in_use"), (full.Kind, full.Code));
        Assert.Contains("1 nodes, 1 load balancers", full.Detail, StringComparison.Ordinal);

        Region.Done(await region.LoadBalancers.DeleteAsync(tenant.Id, web.Id, Cancel));
        await region.Database.RunAsync(null, db => db.LoadBalancers.ExecuteDeleteAsync(Cancel), Cancel);
        Region.Done(await region.Cells.DeleteNodeAsync("a1", "n1", Cancel));
        Refusal resting = Region.Refused(await region.Cells.DeleteCellAsync("a1", Cancel));
        Assert.Contains("6 addresses that rest until", resting.Detail, StringComparison.Ordinal);

        region.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal("a1", Region.Done(await region.Cells.DeleteCellAsync("a1", Cancel)).Name);
        Assert.Equal("not_found", Region.Refused(await region.Cells.DeleteCellAsync("a1", Cancel)).Code);
        Assert.Empty(await region.Cells.ListCellsAsync(Cancel));
        Assert.Equal("no_cell", Region.Refused(
            await region.LoadBalancers.CreateAsync(tenant.Id, Region.Config("web", "a"), Cancel)).Code);

        // The same name: nodes that it had take its snapshots for newer ones.
        Region.Done(await region.Cells.PutCellAsync(new Cell("a1", "a"), Cancel));
        Assert.Equal(version + 1, (await region.SnapshotAsync()).Version);
        LoadBalancer again = await region.LoadBalancerAsync(tenant.Id);
        Assert.Equal("a1", again.Zones[0].Cell);
    }

    [Fact]
    public async Task The_ordinal_of_a_removed_cell_is_given_to_the_next()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        foreach (string name in new[] { "a2", "a3", "a4" })
            Region.Done(await region.Cells.PutCellAsync(new Cell(name, "a"), Cancel));
        Region.Done(await region.Cells.DeleteCellAsync("a2", Cancel));
        Region.Done(await region.Cells.PutCellAsync(new Cell("a5", "a"), Cancel));
        Node node = Region.Done(await region.Cells.PutNodeAsync("a5", "n1", "10.0.0.1", null, Cancel));
        Assert.Equal("198.18.240.64", node.SnatAddresses[0]);
    }
}
