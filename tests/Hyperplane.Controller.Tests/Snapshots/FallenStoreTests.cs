using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.Snapshots;

/// <summary>What a node's question says of the store, and what of the controller alone.</summary>
public sealed class FallenStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_that_another_controller_made_meanwhile_is_no_restored_store()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        MadeSnapshot here = (await new SnapshotMaker(region.Database).MakeAsync("a1", fence: 0, Cancel))!;
        await region.LoadBalancerAsync(tenant);
        MadeSnapshot elsewhere = (await new SnapshotMaker(region.Database).MakeAsync("a1", fence: 0, Cancel))!;
        var slot = new CellSlot();
        slot.Offer(here);
        var store = new FallenStore(region.Database, new KeptVipStore(region.Database));
        AskRequest request = Request(elsewhere.Snapshot.Version, elsewhere.Snapshot.Hash);

        Assert.Null(await store.FindAsync(request, slot, here.Snapshot, Cancel));
        slot.Offer(elsewhere);
        Assert.Null(await store.FindAsync(request, slot, elsewhere.Snapshot, Cancel));
        Assert.Null(await store.FindAsync(
            Request(here.Snapshot.Version, here.Snapshot.Hash), slot, elsewhere.Snapshot, Cancel));

        request = Request(elsewhere.Snapshot.Version + 1, elsewhere.Snapshot.Hash);
        Assert.Equal(request.HighestVersion, await store.FindAsync(request, slot, elsewhere.Snapshot, Cancel));
        request = Request(elsewhere.Snapshot.Version, ByteString.CopyFromUtf8("of another store"));
        Assert.Equal(request.HighestVersion, await store.FindAsync(request, slot, elsewhere.Snapshot, Cancel));
    }

    private static AskRequest Request(ulong version, ByteString hash) =>
        new() { Cell = "a1", Node = "n1", HighestVersion = version, RunningHash = hash };
}
