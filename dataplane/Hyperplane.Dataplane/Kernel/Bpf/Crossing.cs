using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The IPv4 destinations of flows that have to do with IPv6: the XDP program and the flow cache look for such
/// flows only there.</summary>
/// <remarks>Memory of the map <c>crossing</c>, without system calls; safe from any thread. A destination stays in when
/// its last such flow is gone: that costs a look-up, no more.</remarks>
internal sealed unsafe class Crossing : IDisposable
{
    private readonly BpfMemory _memory;

    public Crossing(BpfMap map)
    {
        if (map.ValueBytes != sizeof(DestinationBits))
            throw new KernelException("the XDP program's set of destinations has another size: build it again.");
        _memory = new BpfMemory(map, map.ValueBytes);
    }

    /// <summary>Puts a destination in; before its flow, which else is not found.</summary>
    public void Add(in PacketAddress destination)
    {
        (int word, ulong bit) = PlaceOf(destination);
        // SAFETY: a word of DestinationBits, which the constructor saw; HyperplaneProgram outlives the threads that
        // have its cache.
        ulong* at = (ulong*)_memory.Address + word;
        if ((Volatile.Read(ref *at) & bit) == 0)
            Interlocked.Or(ref *at, bit);
    }

    /// <summary>Whether it may have such flows.</summary>
    public bool Has(in PacketAddress destination)
    {
        (int word, ulong bit) = PlaceOf(destination);
        // SAFETY: as in Add.
        return (Volatile.Read(ref ((ulong*)_memory.Address)[word]) & bit) != 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private static (int Word, ulong Bit) PlaceOf(in PacketAddress destination) =>
        DestinationBits.PlaceOf(DestinationBits.Ipv4(destination.Ipv4Be));
}
