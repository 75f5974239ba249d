using System.Collections.Concurrent;
using Hyperplane.Flows.Remote;
using Orleans.Concurrency;

namespace Hyperplane.Flows.Orleans;

/// <summary>Calls replicas as grains; answers wait until the directory's thread takes them.</summary>
/// <remarks>One call to each replica is under way at most, so no more answers than replicas can wait.</remarks>
internal sealed class GrainCaller(IGrainFactory grains, Action wake) : IReplicaCaller
{
    private readonly ConcurrentQueue<(ushort Address, byte[]? Answer)> _answers = new();
    private readonly Dictionary<ushort, IFlowReplicaGrain> _grains = [];

    /// <inheritdoc/>
    public void Call(ushort address, byte[] request)
    {
        if (!_grains.TryGetValue(address, out IFlowReplicaGrain? grain))
            _grains.Add(address, grain = grains.GetGrain<IFlowReplicaGrain>(address));
        _ = CallAsync(address, grain, request);
    }

    /// <summary>Gives on what came; on the directory's thread.</summary>
    public void Deliver(ReplicaLinks links)
    {
        while (_answers.TryDequeue(out (ushort Address, byte[]? Answer) answered))
            links.OnAnswer(answered.Address, answered.Answer);
    }

    private async Task CallAsync(ushort address, IFlowReplicaGrain grain, byte[] request)
    {
        byte[]? answer = null;
        try
        {
            answer = (await grain.Handle(request.AsImmutable()).ConfigureAwait(false)).Value;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever Orleans says: there is no answer, and the replica is asked again.
        }
        _answers.Enqueue((address, answer));
        wake();
    }
}
