using Hyperplane.Flows.Remote;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Hyperplane.Flows.Orleans;

/// <summary>Chooses a silo by <see cref="TwinPlacement"/>: no look at where the twin is, no state.</summary>
public sealed class FlowReplicaDirector : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        ushort address = (ushort)target.GrainIdentity.GetIntegerKey();
        SiloAddress[] silos = context.GetCompatibleSilos(target);
        ulong[] places = [.. silos.Select(PlaceOf)];
        return Task.FromResult(silos[TwinPlacement.Choose(address, places)]);
    }

    /// <summary>What tells a silo from all others: its address and its start.</summary>
    internal static ulong PlaceOf(SiloAddress silo) =>
        ((ulong)(uint)silo.GetConsistentHashCode() << 32) | (uint)silo.Generation;
}
