using Hyperplane.Flows.Cells;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Hyperplane.Flows.Orleans;

/// <summary>Calls replicas as grains; any thread.</summary>
public sealed class GrainCalls(IGrainFactory grains, ILogger<GrainCalls> log)
{
    private readonly IFlowReplicaGrain[] _grains =
    [
        .. Enumerable.Range(0, ReplicaAddress.Count)
            .Select(index => grains.GetGrain<IFlowReplicaGrain>(ReplicaAddress.First + index)),
    ];

    /// <summary>A replica's answer; empty when the call failed.</summary>
    /// <param name="address">Which replica.</param>
    /// <param name="request">Is not changed afterwards.</param>
    public async Task<byte[]> CallAsync(ushort address, byte[] request)
    {
        try
        {
            return (await _grains[address - ReplicaAddress.First].Handle(request.AsImmutable())).Value;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever Orleans says: there is no answer, and the node asks again. In a failure there are hundreds.
            GrainCallsLog.Failed(log, address, e.Message);
            return [];
        }
    }
}
