using System.Collections.Immutable;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>The next hops of one interface and their MAC addresses, for the pipeline and, by the same indices, for
/// XDP.</summary>
/// <remarks>
/// Index 0 is nowhere. An address gets an index when a flow first needs it and keeps it; there are at most
/// <see cref="DataplaneLimits.NextHops"/>, after which hosts on the subnet are reached through a gateway. A gateway
/// that does not answer, or is none any more, is stood in for by one that does, so flows that named it go on. A
/// gateway takes frames of both families, whichever its own address is of: it is one router.
/// Look-ups take no lock; changes come from the neighbour thread, from models, and (a new address) from the packet
/// path.
/// </remarks>
internal sealed class NextHopTable : INextHops
{
    private const int BucketCount = DataplaneLimits.NextHops * 2;
    private readonly PacketAddress[] _addresses = new PacketAddress[DataplaneLimits.NextHops];
    private readonly ulong[] _known = new ulong[DataplaneLimits.NextHops];
    private readonly ulong[] _effective = new ulong[DataplaneLimits.NextHops];
    private readonly bool[] _isGateway = new bool[DataplaneLimits.NextHops];
    private readonly int[] _buckets = new int[BucketCount];
    private readonly Lock _changing = new();
    private readonly uint _interfaceIndex;
    private readonly Action<uint, NextHop> _publish;
    private ulong _sourceMac;
    private int _count = 1;
    private uint[] _gateways = [];
    private Subnet[] _subnets;

    /// <summary>Starts without next hops.</summary>
    /// <param name="link">The interface.</param>
    /// <param name="publish">Told of every next hop that changes; off the packet path.</param>
    public NextHopTable(InterfaceInfo link, Action<uint, NextHop> publish)
    {
        _interfaceIndex = (uint)link.Index;
        _sourceMac = link.Mac;
        _subnets = [.. link.Subnets];
        _publish = publish;
    }

    /// <summary>Called, on the packet path, when there is a new address to be resolved; must not wait.</summary>
    public Action Wanted { get; set; } = () => { };

    /// <summary>Indices given out; those below are valid, from 1.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public uint For(in PacketAddress destination)
    {
        if (IsOnLink(destination) && FindOrAdd(destination) is var own && own != 0)
            return own;
        uint[] gateways = Volatile.Read(ref _gateways);
        if (gateways.Length == 0)
            return 0;
        uint start = (uint)(FlowHash.Of(destination, 0) % (ulong)gateways.Length);
        return gateways[start];
    }

    /// <inheritdoc/>
    public uint Direct(in PacketAddress address) => IsOnLink(address) ? FindOrAdd(address) : 0;

    /// <inheritdoc/>
    public bool TryGet(uint index, out NextHop hop)
    {
        ulong mac = index < DataplaneLimits.NextHops ? Volatile.Read(ref _effective[index]) : 0;
        hop = mac == 0 ? default : new NextHop(mac, Volatile.Read(ref _sourceMac), _interfaceIndex, 1);
        return mac != 0;
    }

    /// <summary>The address of an index; none where there is none.</summary>
    public PacketAddress Address(uint index) => index < (uint)Count ? _addresses[index] : default;

    /// <summary>Whether the neighbour itself answers, stand-ins aside.</summary>
    public bool IsKnown(uint index) => index < (uint)Count && Volatile.Read(ref _known[index]) != 0;

    /// <summary>The index of an address; 0 when it has none.</summary>
    public uint Find(in PacketAddress address)
    {
        uint bucket = Bucket(address);
        int index;
        while ((index = Volatile.Read(ref _buckets[bucket])) != 0 && _addresses[index] != address)
            bucket = (bucket + 1) % BucketCount;
        return (uint)index;
    }

    /// <summary>Takes the gateways of a model.</summary>
    /// <returns>False when there is no room for all of them; nothing has changed then.</returns>
    public bool Use(ImmutableArray<PacketAddress> addresses)
    {
        lock (_changing)
        {
            if (DataplaneLimits.NextHops - Count < addresses.Count(gateway => Find(gateway) == 0))
                return false;
            uint[] gateways = [.. addresses.Distinct().Select(address => FindOrAdd(address))];
            foreach (uint gateway in gateways)
                _isGateway[gateway] = true;
            Volatile.Write(ref _gateways, gateways);
            Settle();
            return true;
        }
    }

    /// <summary>Notes a neighbour's MAC address; 0 when it has none or does not answer. Unknown addresses are
    /// ignored.</summary>
    public void Learn(in PacketAddress address, ulong mac)
    {
        lock (_changing)
        {
            uint index = Find(address);
            if (index == 0 || _known[index] == mac)
                return;
            Volatile.Write(ref _known[index], mac);
            if (_isGateway[index])
                Settle();
            else
                Change(index, mac);
        }
    }

    /// <summary>Notes the interface's own MAC address.</summary>
    public void UseSource(ulong mac)
    {
        lock (_changing)
        {
            if (mac == 0 || mac == _sourceMac)
                return;
            Volatile.Write(ref _sourceMac, mac);
            for (uint i = 1; i < Count; i++)
                Publish(i);
        }
    }

    /// <summary>Notes the interface's subnets.</summary>
    public void UseSubnets(IEnumerable<Subnet> subnets) => Volatile.Write(ref _subnets, [.. subnets]);

    private static uint Bucket(in PacketAddress address) => (uint)(FlowHash.Of(address, 1) % BucketCount);

    private bool IsOnLink(in PacketAddress address)
    {
        foreach (Subnet subnet in Volatile.Read(ref _subnets))
        {
            if (subnet.Contains(address))
                return true;
        }

        return false;
    }

    private uint FindOrAdd(in PacketAddress address)
    {
        uint found = Find(address);
        if (found != 0)
            return found;
        lock (_changing)
        {
            found = Find(address);
            if (found != 0 || _count == DataplaneLimits.NextHops)
                return found;
            int index = _count;
            _addresses[index] = address;
            uint bucket = Bucket(address);
            while (_buckets[bucket] != 0)
                bucket = (bucket + 1) % BucketCount;
            Volatile.Write(ref _buckets[bucket], index);
            Volatile.Write(ref _count, index + 1);
            found = (uint)index;
        }

        Wanted();
        return found;
    }

    /// <summary>Gives every gateway, present or former, a MAC address that answers.</summary>
    private void Settle()
    {
        ulong standIn = _gateways.Select(gateway => _known[gateway]).FirstOrDefault(mac => mac != 0);
        for (uint i = 1; i < Count; i++)
        {
            if (!_isGateway[i])
                continue;
            bool isCurrent = _gateways.Contains(i);
            ulong own = _known[i];
            Change(i, (isCurrent && own != 0) || standIn == 0 ? own : standIn);
        }
    }

    private void Change(uint index, ulong mac)
    {
        if (_effective[index] == mac)
            return;
        Volatile.Write(ref _effective[index], mac);
        Publish(index);
    }

    private void Publish(uint index)
    {
        TryGet(index, out NextHop hop);
        _publish(index, hop);
    }
}
