using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.Snapshots;

/// <summary>Whatever tenants and operators do, in whatever order, the snapshots hold together.</summary>
public sealed class RandomRegionTests(PostgresFixture postgres)
{
    private static readonly string[] Cells = ["a1", "a2", "b1"];
    private static readonly PageRequest Everything = new(1_000, null, null);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Snapshots_of_a_region_after_any_requests_hold_together_and_versions_grow(int seed)
    {
        await using Region region = await Region.CreateAsync(postgres);
        var random = new Random(seed);
        await region.ZoneAsync("a", 18, "25");
        await region.ZoneAsync("b", 19, "29");
        Region.Done(await region.Cells.PutCellAsync(new Contracts.Cells.Cell("a2", "a"), Cancel));
        string[] tenants = [(await region.TenantAsync("one")).Id, (await region.TenantAsync("two")).Id];
        var maker = new SnapshotMaker(region.Database);
        var versions = Cells.ToDictionary(cell => cell, _ => 0UL);
        for (int step = 0; step < 120; step++)
        {
            await ActAsync(region, random, tenants[random.Next(2)]);
            if (step % 6 != 0)
                continue;
            foreach (string cell in Cells)
            {
                CompiledSnapshot made = (await maker.MakeAsync(cell, fence: 0, Cancel))!.Snapshot;
                Snapshot snapshot = Snapshot.Parser.ParseFrom(made.Chunks().SelectMany(chunk => chunk.Data).ToArray());
                SnapshotInvariants.Check(snapshot);
                Assert.True(snapshot.Version >= versions[cell], $"seed {seed}, step {step}");
                versions[cell] = snapshot.Version;
                CompiledSnapshot again = (await maker.MakeAsync(cell, fence: 0, Cancel))!.Snapshot;
                Assert.Equal((made.Version, made.Hash), (again.Version, again.Hash));

                // Put together from pieces that changed or not, it is what another controller makes of all.
                CompiledSnapshot whole =
                    (await new SnapshotMaker(region.Database).MakeAsync(cell, fence: 0, Cancel))!.Snapshot;
                Assert.Equal((made.Version, made.Hash), (whole.Version, whole.Hash));
                Assert.Equal(snapshot.ToByteArray(), made.Chunks().SelectMany(chunk => chunk.Data).ToArray());
            }

            await CheckOnePassAsync(region, maker);
        }

        Assert.All(versions.Values, version => Assert.True(version > 1, $"seed {seed}"));
        await CheckAllAreServedAsync(region, maker, tenants);
    }

    /// <summary>All cells in one pass are what each is by itself, also for whoever made them piece by piece.</summary>
    private static async Task CheckOnePassAsync(Region region, SnapshotMaker maker)
    {
        foreach (SnapshotMaker one in new[] { maker, new SnapshotMaker(region.Database) })
        {
            IReadOnlyDictionary<string, MadeSnapshot> all = await one.MakeWholeAsync([.. Cells, "nowhere"], Cancel);
            Assert.Equal(Cells.Order(), all.Keys.Order());
            foreach ((string cell, MadeSnapshot made) in all)
            {
                MadeSnapshot own = (await new SnapshotMaker(region.Database).MakeAsync(cell, fence: 0, Cancel))!;
                Assert.Equal(
                    (own.Snapshot.Version, own.Snapshot.Hash, own.Changes),
                    (made.Snapshot.Version, made.Snapshot.Hash, made.Changes));
            }

            Assert.Empty(await one.WholeAmongAsync([.. Cells], Cancel));
        }
    }

    private static async Task CheckAllAreServedAsync(Region region, SnapshotMaker maker, string[] tenants)
    {
        HashSet<string> wanted = [];
        foreach (string tenant in tenants)
        {
            Page<LoadBalancer> page = await region.LoadBalancers.ListAsync(tenant, Everything, Cancel);
            wanted.UnionWith(page.Items
                .Where(lb => lb.Status.Provisioning != ProvisioningStatus.Deleting)
                .SelectMany(lb => lb.Zones.Select(zone => $"{lb.Id} {zone.Cell} {zone.Address}")));
        }

        HashSet<string> served = [];
        foreach (string cell in Cells)
        {
            CompiledSnapshot made = (await maker.MakeAsync(cell, fence: 0, Cancel))!.Snapshot;
            Snapshot snapshot = Snapshot.Parser.ParseFrom(made.Chunks().SelectMany(chunk => chunk.Data).ToArray());
            served.UnionWith(snapshot.Vips.Select(
                vip => $"{vip.LoadBalancer} {cell} {new System.Net.IPAddress(vip.Address.Span)}"));
        }

        Assert.Equal(wanted.Order(), served.Order());
        Assert.NotEmpty(served);
    }

    private static async Task ActAsync(Region region, Random random, string tenant)
    {
        string name = $"x{random.Next(8)}";
        Page<LoadBalancer> lbs = await region.LoadBalancers.ListAsync(tenant, Everything, Cancel);
        string? lb = lbs.Items.Count == 0 ? null : lbs.Items[random.Next(lbs.Items.Count)].Id;
        var groups = (await region.TargetGroups.ListAsync(tenant, Everything, Cancel)).Items;
        string? group = groups.Count == 0 ? null : groups[random.Next(groups.Count)].Id;
        switch (random.Next(9))
        {
            case 0 or 1:
                string chosen = random.Next(3) == 0 ? $"a=198.18.0.{random.Next(128)}" : "a";
                await region.LoadBalancers.CreateAsync(
                    tenant, Region.Config(name, random.Next(2) == 0 ? [chosen, "b"] : [chosen]), Cancel);
                break;
            case 2 when lb is not null && random.Next(2) == 0:
                await region.LoadBalancers.DeleteAsync(tenant, lb, Cancel);
                break;
            case 3:
                await region.TargetGroups.CreateAsync(tenant, Region.Group(name), Cancel);
                break;
            case 4 when group is not null:
                await region.TargetGroups.DeleteAsync(tenant, group, Cancel);
                break;
            case 5 when lb is not null && group is not null:
                await region.Listeners.CreateAsync(
                    tenant, lb, new ListenerConfig(TransportProtocol.Tcp, random.Next(1, 4), group, null), Cancel);
                break;
            case 6 when group is not null:
                await region.Targets.RegisterAsync(
                    tenant, group, [new TargetConfig($"10.0.0.{random.Next(1, 6)}", null, random.Next(3))], Cancel);
                break;
            case 7 when group is not null:
                await region.Targets.DeregisterAsync(
                    tenant, group, [new TargetKey($"10.0.0.{random.Next(1, 6)}", null)], Cancel);
                break;
            default:
                await ActOnNodesAsync(region, random);
                break;
        }
    }

    private static Task<Outcome<Contracts.Cells.Node>> ActOnNodesAsync(Region region, Random random)
    {
        string cell = Cells[random.Next(Cells.Length)];
        int node = random.Next(6);
        return random.Next(3) switch
        {
            0 => region.Cells.DeleteNodeAsync(cell, $"n{node}", Cancel),
            1 => region.Cells.SetDrainingAsync(cell, $"n{node}", random.Next(2) == 0, Cancel),
            _ => region.Cells.PutNodeAsync(
                cell, $"n{node}", $"10.{cell[0] - 0x60}.{cell[1] - 0x30}.{node + 1}", null, Cancel),
        };
    }
}
