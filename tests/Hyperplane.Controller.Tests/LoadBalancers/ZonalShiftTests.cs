using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.CellControl;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Controller.Tests.LoadBalancers;

public sealed class ZonalShiftTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string OptIn = "zonal_shift.config.enabled";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shift_withdraws_the_zones_address_until_it_is_cancelled()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer web) = await WebAsync(region);
        Assert.Null(web.ZonalShift);
        Assert.False(await IsWithdrawnAsync(region));

        LoadBalancer shifted = Region.Done(await ShiftAsync(region, tenant, web, "a", 3_600, "power work"));
        Assert.Equal(("a", "power work"), (shifted.ZonalShift!.Zone, shifted.ZonalShift.Comment));
        Assert.InRange(
            shifted.ZonalShift.ExpiresAt - region.Time.GetUtcNow(), TimeSpan.FromSeconds(3_000), TimeSpan.FromHours(1));
        Assert.Equal([true, false], shifted.Zones.Select(zone => zone.IsShifted));
        Assert.Equal(web.Generation + 1, shifted.Generation);
        Assert.True(await IsWithdrawnAsync(region));

        LoadBalancer longer = Region.Done(await ShiftAsync(region, tenant, web, "a", 7_200));
        Assert.Null(longer.ZonalShift!.Comment);
        Assert.True(longer.ZonalShift.ExpiresAt > shifted.ZonalShift.ExpiresAt);

        LoadBalancer back = Region.Done(await Shifts(region).CancelAsync(tenant, web.Id, Cancel));
        Assert.Null(back.ZonalShift);
        Assert.DoesNotContain(back.Zones, zone => zone.IsShifted);
        Assert.False(await IsWithdrawnAsync(region));
        var again = Assert.IsType<Outcome<LoadBalancer>.Done>(await Shifts(region).CancelAsync(tenant, web.Id, Cancel));
        Assert.Equal((false, back.Generation), (again.Changed, again.Value.Generation));
        Assert.Equal(
            ["started", "changed", "cancelled"], await ActionsAsync(region, web));
    }

    [Fact]
    public async Task A_shift_ends_by_itself_when_its_time_is_over()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer web) = await WebAsync(region);
        LoadBalancer shifted = Region.Done(await ShiftAsync(region, tenant, web, "a", 600));
        region.Time.Advance(TimeSpan.FromSeconds(500));
        Assert.True(await CleanAsync(region));
        Assert.True(await IsWithdrawnAsync(region));

        region.Time.Advance(TimeSpan.FromSeconds(101));
        Assert.True(await CleanAsync(region));
        Assert.False(await IsWithdrawnAsync(region));
        LoadBalancer after = Region.Done(await region.LoadBalancers.GetAsync(tenant, web.Id, Cancel));
        Assert.Equal((null, shifted.Generation + 1), (after.ZonalShift, after.Generation));
        Assert.Equal(["started", "expired"], await ActionsAsync(region, web));
        Assert.Equal(["a1", "b1"], (await region.Database.RunAsync(
            null, db => db.CellChanges.OrderByDescending(row => row.Id).Take(2).Select(row => row.Cell)
                .ToListAsync(Cancel), Cancel)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_shifted_is_refused_with_its_reason()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer web) = await WebAsync(region, optIn: false);
        Assert.Equal(
            (RefusalKind.Conflict, "zonal_shift_disabled"), Code(await ShiftAsync(region, tenant, web, "a", 60)));
        Region.Done(await SetAsync(region, tenant, web, "true"));
        Refusal wrong = Region.Refused(await ShiftAsync(region, tenant, web, "c", 59, "line\nend"));
        Assert.Equal(
            [("/expiresIn", "invalid_value"), ("/comment", "invalid_value"), ("/zone", "unknown_zone")],
            wrong.Errors.Select(error => (error.Pointer, error.Code)));
        Assert.Equal(
            (RefusalKind.Invalid, "invalid_value"), Code(await ShiftAsync(region, tenant, web, "a", 259_201)));

        Region.Done(await ShiftAsync(region, tenant, web, "a", 259_200));
        Assert.Equal(
            (RefusalKind.Conflict, "zonal_shift_active"), Code(await ShiftAsync(region, tenant, web, "b", 60)));
        Assert.Equal(
            (RefusalKind.Conflict, "zonal_shift_active"), Code(await SetAsync(region, tenant, web, null)));

        LoadBalancer one = await region.LoadBalancerAsync(tenant, "one", "a");
        Region.Done(await SetAsync(region, tenant, one, "true"));
        Assert.Equal((RefusalKind.Conflict, "only_zone"), Code(await ShiftAsync(region, tenant, one, "a", 60)));
        Assert.Equal(
            (RefusalKind.NotFound, "not_found"),
            Code(await ShiftAsync(region, tenant, one with { Id = "lb-x" }, "a", 60)));
    }

    private static IZonalShifts Shifts(Region region) =>
        (IZonalShifts)region.Services.GetService(typeof(IZonalShifts))!;

    private static Task<Outcome<LoadBalancer>> ShiftAsync(
        Region region, string tenant, LoadBalancer one, string zone, int seconds, string? comment = null) =>
        Shifts(region).ShiftAsync(tenant, one.Id, new ZonalShiftConfig(zone, seconds, comment), Cancel);

    private static Task<Outcome<LoadBalancer>> SetAsync(
        Region region, string tenant, LoadBalancer one, string? value) =>
        region.LoadBalancers.ChangeAsync(
            tenant, one.Id,
            new LoadBalancerChange { Attributes = new Dictionary<string, string?> { [OptIn] = value } }, Cancel);

    private static (RefusalKind Kind, string Code) Code(Outcome<LoadBalancer> outcome)
    {
        Refusal refusal = Region.Refused(outcome);
        return (refusal.Kind, refusal.Code);
    }

    private static async Task<(string Tenant, LoadBalancer Web)> WebAsync(Region region, bool optIn = true)
    {
        await region.ZoneAsync(nodes: 1);
        await region.ZoneAsync("b", net: 20, nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer web = await region.LoadBalancerAsync(tenant, "web", "a", "b");
        return (tenant, optIn ? Region.Done(await SetAsync(region, tenant, web, "true")) : web);
    }

    private static async Task<bool> IsWithdrawnAsync(Region region)
    {
        Snapshot snapshot = await region.SnapshotAsync();
        return Assert.Single(snapshot.Vips).Withdrawn;
    }

    private static async Task<List<string>> ActionsAsync(Region region, LoadBalancer one)
    {
        List<string> actions = await region.Database.RunAsync(
            null, db => db.Events.Where(row => row.Resource == one.Id && row.Action.Contains("zonal_shift"))
                .OrderBy(row => row.Id).Select(row => row.Action).ToListAsync(Cancel), Cancel);
        return actions.ConvertAll(action => action["load_balancer.zonal_shift_".Length..]);
    }

    private static Task<bool> CleanAsync(Region region) => new Janitor(
        region.Database,
        new ControllerOptions { ConnectionString = region.ConnectionString, OperatorKey = Region.OperatorKey },
        new CellControlOptions { AuthorityKey = "authority-key-of-a-test" },
        region.Time,
        NullLogger<Janitor>.Instance).CleanAsync(Cancel);
}
