using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.Store;
using Snapshot = Hyperplane.Cells.Contracts.Snapshot;

namespace Hyperplane.Controller.Tests.Cells;

public sealed class CellStoreTests(PostgresFixture postgres)
{
    private static readonly Zone A = new("a", "198.18.0.0/20", "198.18.240.0/24", "198.18.241.0/26");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Puts_are_idempotent_and_what_exists_cannot_be_changed()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Assert.True(Assert.IsType<Outcome<Zone>.Done>(await region.Cells.PutZoneAsync(A, Cancel)).Changed);
        Assert.False(Assert.IsType<Outcome<Zone>.Done>(await region.Cells.PutZoneAsync(A, Cancel)).Changed);
        Assert.Equal("name_in_use", Region.Refused(
            await region.Cells.PutZoneAsync(A with { VipPool = "198.19.0.0/20" }, Cancel)).Code);
        Assert.True(
            Assert.IsType<Outcome<Cell>.Done>(await region.Cells.PutCellAsync(new Cell("a1", "a"), Cancel)).Changed);
        Assert.False(
            Assert.IsType<Outcome<Cell>.Done>(await region.Cells.PutCellAsync(new Cell("a1", "a"), Cancel)).Changed);
        Assert.Equal("name_in_use", Region.Refused(await region.Cells.PutCellAsync(new Cell("a1", "b"), Cancel)).Code);
        Node node = Region.Done(await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.1", null, Cancel));
        var again = Assert.IsType<Outcome<Node>.Done>(
            await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.1", null, Cancel));
        Assert.False(again.Changed);
        Assert.Equal(node.SnatAddresses, again.Value.SnatAddresses);
        Assert.Equal(
            "name_in_use", Region.Refused(await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.2", null, Cancel)).Code);
        Assert.Equal([A], await region.Cells.ListZonesAsync(Cancel));
        Assert.Equal([new Cell("a1", "a")], await region.Cells.ListCellsAsync(Cancel));
    }

    [Fact]
    public async Task Where_a_cells_tunnels_begin_is_as_said_last_and_reaches_its_nodes()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync(nodes: 1);
        var cell = new Cell("a1", "a")
        {
            TunnelSourcePrefix = "172.30.0.0/24", Ipv6TunnelSourcePrefix = "fd00:30::/64",
        };
        Assert.Equal(cell, Region.Done(await region.Cells.PutCellAsync(cell, Cancel)));
        Assert.Equal([cell], await region.Cells.ListCellsAsync(Cancel));
        Snapshot snapshot = await region.SnapshotAsync();
        Assert.Equal([24u, 64u], snapshot.TunnelSourcePrefixes.Select(prefix => prefix.Length));
        Assert.All(snapshot.TunnelSourcePrefixes, prefix => Assert.Contains(prefix, snapshot.OwnPrefixes));

        Region.Done(await region.Cells.PutCellAsync(new Cell("a1", "a"), Cancel));
        Assert.Empty((await region.SnapshotAsync()).TunnelSourcePrefixes);
    }

    [Theory]
    [InlineData("172.30.0.0/31", "invalid_value")]
    [InlineData("172.30.0.1/24", "invalid_value")]
    [InlineData("fd00::/64", "invalid_value")]
    [InlineData("198.18.240.0/28", "address_in_use")]
    [InlineData("10.18.0.0/24", "address_in_use")]
    [InlineData("172.31.0.0/16", "address_in_use")]
    public async Task Tunnels_do_not_begin_where_something_else_is(string prefix, string code)
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync(nodes: 1);
        Region.Done(await region.Cells.PutCellAsync(
            new Cell("a2", "a") { TunnelSourcePrefix = "172.31.7.0/24" }, Cancel));
        Refusal refusal = Region.Refused(await region.Cells.PutCellAsync(
            new Cell("a1", "a") { TunnelSourcePrefix = prefix }, Cancel));
        Assert.Equal((code, "/tunnelSourcePrefix"), (refusal.Code, Assert.Single(refusal.Errors).Pointer));
    }

    [Fact]
    public async Task Nothing_else_comes_to_where_tunnels_begin()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        Region.Done(await region.Cells.PutCellAsync(
            new Cell("a1", "a") { TunnelSourcePrefix = "172.31.7.0/24" }, Cancel));
        Assert.Equal("/address", Assert.Single(Region.Refused(
            await region.Cells.PutNodeAsync("a1", "n1", "172.31.7.1", null, Cancel)).Errors).Pointer);
        Assert.Equal("address_in_use", Region.Refused(await region.Cells.PutZoneAsync(
            new Zone("b", "172.31.0.0/20", "198.19.240.0/24", "198.19.241.0/26"), Cancel)).Code);
    }

    [Theory]
    [InlineData("A", "198.18.0.0/20", "198.18.240.0/24", "198.18.241.0/26", "/name")]
    [InlineData("a", "198.18.0.1/20", "198.18.240.0/24", "198.18.241.0/26", "/vipPool")]
    [InlineData("a", "198.18.0.0/31", "198.18.240.0/24", "198.18.241.0/26", "/vipPool")]
    [InlineData("a", "240.0.0.0/20", "198.18.240.0/24", "198.18.241.0/26", "/vipPool")]
    [InlineData("a", "198.18.0.0/20", "198.18.240.0/29", "198.18.241.0/26", "/snatPool")]
    [InlineData("a", "198.18.0.0/20", "198.18.8.0/24", "198.18.241.0/26", "/snatPool")]
    [InlineData("a", "198.18.0.0/20", "198.18.240.0/24", "198.18.240.64/26", "/probePool")]
    [InlineData("a", "198.18.0.0/20", "198.18.240.0/24", "fd00::/64", "/probePool")]
    public async Task A_zone_that_cannot_be_is_refused_with_its_place(
        string name, string vip, string snat, string probe, string pointer)
    {
        await using Region region = await Region.CreateAsync(postgres);
        Refusal refusal = Region.Refused(await region.Cells.PutZoneAsync(new Zone(name, vip, snat, probe), Cancel));
        Assert.Equal((RefusalKind.Invalid, "invalid_value", pointer),
            (refusal.Kind, refusal.Code, Assert.Single(refusal.Errors).Pointer));
        Assert.Empty(await region.Cells.ListZonesAsync(Cancel));
    }

    [Fact]
    public async Task Pools_of_two_zones_may_not_overlap_not_even_when_declared_at_once()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Outcome<Zone>[] outcomes =
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => region.Cells.PutZoneAsync(
            new Zone($"z{i}", "198.18.0.0/20", $"198.19.{i}.0/24", $"198.20.{i}.0/26"), Cancel))));
        Assert.Single(outcomes.OfType<Outcome<Zone>.Done>());
        Assert.All(
            outcomes.OfType<Outcome<Zone>.Refused>(),
            refused =>
                Assert.Equal((RefusalKind.Conflict, "address_in_use"), (refused.Refusal.Kind, refused.Refusal.Code)));
    }

    [Fact]
    public async Task A_zone_has_room_for_four_cells()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Region.Done(await region.Cells.PutZoneAsync(A, Cancel));
        Outcome<Cell>[] outcomes = await Task.WhenAll(
            Enumerable.Range(
                1, 5).Select(i => Task.Run(() => region.Cells.PutCellAsync(new Cell($"a{i}", "a"), Cancel))));
        Assert.Equal(4, outcomes.OfType<Outcome<Cell>.Done>().Count());
        Refusal refusal = outcomes.OfType<Outcome<Cell>.Refused>().Single().Refusal;
        Assert.Equal((RefusalKind.Exhausted, "vip_pool_exhausted"), (refusal.Kind, refusal.Code));
        Assert.Equal("unknown_zone", Region.Refused(await region.Cells.PutCellAsync(new Cell("x", "x"), Cancel)).Code);
    }

    [Fact]
    public async Task Every_node_has_four_source_addresses_of_its_cells_part_and_one_probe_address()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        Region.Done(await region.Cells.PutCellAsync(new Cell("a2", "a"), Cancel));
        Node other = Region.Done(await region.Cells.PutNodeAsync("a2", "n1", "10.9.0.1", null, Cancel));
        IReadOnlyList<Node> nodes = Region.Done(await region.Cells.ListNodesAsync("a1", Cancel));

        Assert.Equal(["198.18.240.0", "198.18.240.1", "198.18.240.2", "198.18.240.3"], nodes[0].SnatAddresses);
        Assert.Equal(["198.18.240.4", "198.18.240.5", "198.18.240.6", "198.18.240.7"], nodes[1].SnatAddresses);
        Assert.Equal(["198.18.240.64", "198.18.240.65", "198.18.240.66", "198.18.240.67"], other.SnatAddresses);
        Assert.Equal(
            ["198.18.241.1", "198.18.241.2", "198.18.241.3"], nodes.Append(other).Select(node => node.ProbeAddress));
        Assert.All(nodes, node => Assert.Null(node.LastSeenAt));
    }

    [Fact]
    public async Task A_pool_that_is_used_up_is_an_exhausted_refusal_and_quarantine_holds_a_removed_nodes_addresses()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Region.Done(await region.Cells.PutZoneAsync(A with { SnatPool = "198.18.240.0/27" }, Cancel));
        Region.Done(await region.Cells.PutCellAsync(new Cell("a1", "a"), Cancel));
        Region.Done(await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.1", null, Cancel));
        Region.Done(await region.Cells.PutNodeAsync("a1", "n2", "10.0.0.2", null, Cancel));
        Refusal refusal = Region.Refused(await region.Cells.PutNodeAsync("a1", "n3", "10.0.0.3", null, Cancel));
        Assert.Equal((RefusalKind.Exhausted, "snat_pool_exhausted"), (refusal.Kind, refusal.Code));

        Region.Done(await region.Cells.DeleteNodeAsync("a1", "n1", Cancel));
        Assert.Equal("snat_pool_exhausted", Region.Refused(
            await region.Cells.PutNodeAsync("a1", "n3", "10.0.0.3", null, Cancel)).Code);
        region.Time.Advance(TimeSpan.FromHours(25));
        Node node = Region.Done(await region.Cells.PutNodeAsync("a1", "n3", "10.0.0.3", null, Cancel));
        Assert.Equal("198.18.240.0", node.SnatAddresses[0]);
    }

    [Fact]
    public async Task A_seventeenth_node_is_refused()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 16);
        Refusal refusal = Region.Refused(await region.Cells.PutNodeAsync("a1", "n17", "10.18.0.17", null, Cancel));
        Assert.Equal((RefusalKind.Conflict, "resource_in_use"), (refusal.Kind, refusal.Code));
    }

    [Theory]
    [InlineData("N1", "10.0.0.1", "/name", "invalid_value")]
    [InlineData("n1", "10.0.0", "/address", "invalid_value")]
    [InlineData("n1", "127.0.0.1", "/address", "invalid_value")]
    [InlineData("n1", "198.18.1.1", "/address", "invalid_value")]
    [InlineData("n1", "198.18.240.200", "/address", "invalid_value")]
    [InlineData("n9", "10.18.0.1", "/address", "address_in_use")]
    public async Task A_node_that_cannot_be_is_refused_with_its_place(
        string name, string address, string pointer, string code)
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        Refusal refusal = Region.Refused(await region.Cells.PutNodeAsync("a1", name, address, null, Cancel));
        Assert.Equal((code, pointer), (refusal.Code, Assert.Single(refusal.Errors).Pointer));
        Assert.Equal(
            "not_found",
            Region.Refused(await region.Cells.PutNodeAsync("nowhere", "n1", "10.0.0.1", null, Cancel)).Code);
    }

    [Fact]
    public async Task Draining_is_set_and_taken_back()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        var drained = Assert.IsType<Outcome<Node>.Done>(await region.Cells.SetDrainingAsync("a1", "n1", true, Cancel));
        Assert.True(drained is { Changed: true, Value.Draining: true });
        Assert.False(
            Assert.IsType<Outcome<Node>.Done>(await region.Cells.SetDrainingAsync("a1", "n1", true, Cancel)).Changed);
        Assert.False(Region.Done(await region.Cells.SetDrainingAsync("a1", "n1", false, Cancel)).Draining);
        Assert.Equal("not_found", Region.Refused(await region.Cells.SetDrainingAsync("a1", "n2", false, Cancel)).Code);
        Assert.Equal("not_found", Region.Refused(await region.Cells.DeleteNodeAsync("a1", "n2", Cancel)).Code);
        Assert.Equal("not_found", Region.Refused(await region.Cells.ListNodesAsync("a2", Cancel)).Code);
    }
}
