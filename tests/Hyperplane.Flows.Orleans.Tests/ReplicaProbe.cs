using Hyperplane.Flows.Cells;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Concurrency;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Hyperplane.Flows.Orleans.Tests;

/// <summary>A client that asks replicas directly.</summary>
internal sealed class ReplicaProbe : IDisposable
{
    private readonly IHost _host;
    private readonly IGrainFactory _grains;

    public ReplicaProbe(FlowClusterOptions cluster)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client => client.UseFlowCluster(cluster));
        _host = builder.Build();
        _host.Start();
        _grains = _host.Services.GetRequiredService<IGrainFactory>();
    }

    public byte[] Handle(ushort address, byte[] request) =>
        Grain(address).Handle(request.AsImmutable()).GetAwaiter().GetResult().Value;

    /// <summary>Asks until every replica is filled and no silo has both of a shard.</summary>
    /// <returns>Rounds it took.</returns>
    public async Task<int> UntilTwinsAreApartAsync(CancellationToken cancellationToken)
    {
        for (int round = 1; ; round++)
        {
            int together = 0;
            for (int shard = 0; shard < ShardOrder.Shards; shard++)
            {
                SiloAddress? first = await WhereAsync(ReplicaAddress.Of(shard, 0));
                SiloAddress? second = await WhereAsync(ReplicaAddress.Of(shard, 1));
                together += first is null || second is null || first.Equals(second) ? 1 : 0;
            }
            if (together == 0)
                return round;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Dispose()
    {
        _host.StopAsync().GetAwaiter().GetResult();
        _host.Dispose();
    }

    private async Task<SiloAddress?> WhereAsync(ushort address)
    {
        try
        {
            return await Grain(address).WhereFilled();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            return null;
        }
    }

    private IFlowReplicaGrain Grain(ushort address) => _grains.GetGrain<IFlowReplicaGrain>(address);
}
