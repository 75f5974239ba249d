using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Signals;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Controller.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Snapshot = Hyperplane.Cells.Contracts.Snapshot;

namespace Hyperplane.Controller.Tests.Store;

/// <summary>A controller over a database of its own, as a test uses it.</summary>
public sealed class Region : IAsyncDisposable
{
    public const string OperatorKey = "operator-key-of-the-tests";
    public const string AuthorityKey = "authority-key-of-the-tests-only";
    private readonly ServiceProvider _services;
    private readonly List<IHostedService> _started = [];

    private Region(ServiceProvider services, ShiftedTime time, string connectionString)
    {
        _services = services;
        Time = time;
        ConnectionString = connectionString;
    }

    public ShiftedTime Time { get; }

    public string ConnectionString { get; }

    public IServiceProvider Services => _services;

    public ITenants Tenants => _services.GetRequiredService<ITenants>();

    public ICells Cells => _services.GetRequiredService<ICells>();

    public ILoadBalancers LoadBalancers => _services.GetRequiredService<ILoadBalancers>();

    public IListeners Listeners => _services.GetRequiredService<IListeners>();

    public ITargetGroups TargetGroups => _services.GetRequiredService<ITargetGroups>();

    public ITargets Targets => _services.GetRequiredService<ITargets>();

    public IQuotas Quotas => _services.GetRequiredService<IQuotas>();

    public IAddressPools AddressPools => _services.GetRequiredService<IAddressPools>();

    public IElasticIps ElasticIps => _services.GetRequiredService<IElasticIps>();

    internal Database Database => _services.GetRequiredService<Database>();

    public static async Task<Region> CreateAsync(
        PostgresFixture postgres, Func<ControllerOptions, ControllerOptions>? change = null) =>
        Over(await postgres.CreateMigratedAsync(), change);

    /// <summary>Another process over the same database.</summary>
    public static Region Over(
        string connectionString, Func<ControllerOptions, ControllerOptions>? change = null, ShiftedTime? time = null)
    {
        var options = new ControllerOptions { ConnectionString = connectionString, OperatorKey = OperatorKey };
        time ??= new ShiftedTime();
        ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(time)
            .AddHyperplaneController(change?.Invoke(options) ?? options)
            .BuildServiceProvider();
        return new Region(services, time, connectionString);
    }

    /// <summary>Starts what a host would start.</summary>
    public async Task<Region> StartAsync()
    {
        foreach (IHostedService service in _services.GetServices<IHostedService>())
        {
            await service.StartAsync(TestContext.Current.CancellationToken);
            _started.Add(service);
        }

        return this;
    }

    /// <summary>Waits until the database's notices are heard.</summary>
    public Task ListeningAsync() => _services.GetRequiredService<Notifications>().Listening;

    public async Task<Tenant> TenantAsync(string name = "acme") =>
        Done(await Tenants.CreateAsync(name, CancellationToken.None));

    /// <summary>A zone "a" of 64 blocks with cell "a1" and some nodes.</summary>
    public async Task ZoneAsync(string zone = "a", int net = 18, string vipLength = "20", int nodes = 0)
    {
        Done(await Cells.PutZoneAsync(
            new Zone(zone, $"198.{net}.0.0/{vipLength}", $"198.{net}.240.0/24", $"198.{net}.241.0/26"),
                CancellationToken.None));
        Done(await Cells.PutCellAsync(new Cell(zone + "1", zone), CancellationToken.None));
        for (int i = 1; i <= nodes; i++)
            Done(await Cells.PutNodeAsync(zone + "1", $"n{i}", $"10.{net}.0.{i}", null, CancellationToken.None));
    }

    public async Task<AddressPool> PoolAsync(
        string prefix, AddressPoolKind kind = AddressPoolKind.Elastic, string zone = "a", string name = "pool") =>
        Done(await AddressPools.PutAsync(new AddressPool(name, zone, prefix, kind), CancellationToken.None));

    public async Task<ElasticIp> ElasticIpAsync(string tenant, string zone = "a", string? address = null) =>
        Done(await ElasticIps.CreateAsync(
            tenant, new ElasticIpConfig(zone, new Dictionary<string, string>()) { Address = address },
            CancellationToken.None));

    public async Task QuotasAsync(string tenant, params (QuotaName Name, int? Value)[] change) =>
        Done(await Quotas.ChangeAsync(
            tenant, change.ToDictionary(one => one.Name, one => one.Value), CancellationToken.None));

    public async Task<LoadBalancer> LoadBalancerAsync(string tenant, string name = "web", params string[] zones) =>
        Done(await LoadBalancers.CreateAsync(
            tenant, Config(name, zones.Length == 0 ? ["a"] : zones), CancellationToken.None));

    public async Task<TargetGroup> TargetGroupAsync(string tenant, string name = "pool") =>
        Done(await TargetGroups.CreateAsync(tenant, Group(name), CancellationToken.None));

    public async Task<Listener> ListenerAsync(string tenant, string loadBalancer, string group, int port = 80) =>
        Done(await Listeners.CreateAsync(
            tenant, loadBalancer, new ListenerConfig(
                TransportProtocol.Tcp, port, group, null), CancellationToken.None));

    /// <summary>What the nodes of cell "a1" run.</summary>
    public async Task<Snapshot> SnapshotAsync()
    {
        MadeSnapshot? made = await new SnapshotMaker(Database).MakeAsync("a1", 0, CancellationToken.None);
        return Snapshot.Parser.ParseFrom([.. made!.Snapshot.Chunks().SelectMany(chunk => chunk.Data)]);
    }

    /// <summary>What controllers do without being asked: a version of each cell, and the end of quarantines.</summary>
    public async Task EndQuarantinesAsync()
    {
        var maker = new SnapshotMaker(Database);
        foreach (Cell cell in await Cells.ListCellsAsync(CancellationToken.None))
            await maker.MakeAsync(cell.Name, 0, CancellationToken.None);
        await Database.RunAsync(
            null, db => Quarantine.EndAsync(db, Database.Now, CancellationToken.None), CancellationToken.None);
    }

    public static LoadBalancerConfig Config(string name, params string[] zones) =>
        new(name, [.. zones.Select(Place)], new Dictionary<string, string>());

    public static TargetGroupConfig Group(string name, TransportProtocol protocol = TransportProtocol.Tcp) => new(
        name,
        protocol,
        8080,
        new HealthCheckConfig(HealthCheckProtocol.Tcp, null, null, 30, 10, 5, 2, null),
        300,
        new Dictionary<string, string>());

    public static T Done<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Done>(outcome).Value;

    public static Refusal Refused<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Refused>(outcome).Refusal;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IHostedService service in _started)
            await service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }

    // "a", "a=198.18.0.9" or "a=eip-0".
    public static ZonePlacement Place(string text) => text.Split('=') switch
    {
        [string zone, ['e', 'i', 'p', '-', ..] elastic] => new(zone, null) { ElasticIp = elastic },
        [string zone, string address] => new(zone, address),
        _ => new(text, null),
    };
}
