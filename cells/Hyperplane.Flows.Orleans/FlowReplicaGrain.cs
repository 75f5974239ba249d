using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;

namespace Hyperplane.Flows.Orleans;

/// <summary>Hosts a <see cref="RemoteReplica"/>: fills it from its twin, forgets what is old, keeps away from its
/// twin.</summary>
/// <remarks>Reentrant, so that two that fill from each other do not wait for each other: every call runs to its end
/// without a wait, so none sees another's middle.</remarks>
[Reentrant]
[KeepAlive]
[Immovable]
[FlowReplicaPlacement]
public sealed class FlowReplicaGrain(
    IOptions<FlowReplicaOptions> options, TimeProvider time, ISiloStatusOracle silos)
    : Grain, IFlowReplicaGrain
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(200);

    private readonly RemoteReplica _replica = new(
        NewStart(), options.Value.RecordsPerReplica, PlaceOf(silos.SiloAddress.Endpoint.Address));
    private ushort _address;
    private IFlowReplicaGrain? _twin;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _address = (ushort)this.GetPrimaryKeyLong();
        _twin = GrainFactory.GetGrain<IFlowReplicaGrain>(ReplicaAddress.TwinOf(_address));
        this.RegisterGrainTimer(
            OnBeatAsync,
            new GrainTimerCreationOptions
            {
                DueTime = TimeSpan.Zero, Period = Beat, Interleave = true, KeepAlive = true,
            });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<Immutable<byte[]>> Handle(Immutable<byte[]> request) =>
        Task.FromResult(_replica.Handle(request.Value, Seconds).AsImmutable());

    /// <inheritdoc/>
    public Task<Immutable<byte[]>> Page(int cursor) => Task.FromResult(_replica.Page(cursor).AsImmutable());

    /// <inheritdoc/>
    public Task<SiloAddress?> WhereFilled() => Task.FromResult(_replica.IsFilled ? silos.SiloAddress : null);

    /// <summary>An address as <see cref="AnswerHeader.PlaceBe"/> has it.</summary>
    internal static uint PlaceOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? MemoryMarshal.Read<uint>(address.GetAddressBytes())
            : 0;

    private uint Seconds => (uint)(time.GetTimestamp() / time.TimestampFrequency);

    private async Task OnBeatAsync(CancellationToken cancellationToken)
    {
        while (!_replica.IsFilled && !await TryFillAsync())
            await Task.Delay(Retry, time, cancellationToken);
        _replica.Sweep(Seconds);
        await MoveFromTwinAsync();
    }

    private async Task<bool> TryFillAsync()
    {
        try
        {
            int cursor = 0;
            do
                cursor = _replica.TakePage((await _twin!.Page(cursor)).Value, Seconds);
            while (cursor != 0);
            return _replica.IsFilled;
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // Its silo is gone and not yet noticed to be.
            return false;
        }
    }

    private async Task MoveFromTwinAsync()
    {
        SiloAddress[] active = silos.GetActiveSilos();
        if (active.Length < 2)
            return;
        ulong[] places = [.. active.Select(FlowReplicaDirector.PlaceOf)];
        if (!TwinPlacement.ShouldMove(_address, FlowReplicaDirector.PlaceOf(silos.SiloAddress), places))
            return;
        try
        {
            if (silos.SiloAddress.Equals(await _twin!.WhereFilled()))
                DeactivateOnIdle();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // Then it is not here.
        }
    }

    private static ulong NewStart() =>
        BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;
}
