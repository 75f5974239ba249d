using System.Buffers.Binary;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Flows;

/// <summary>Chooses source address and port towards a target.</summary>
/// <remarks>A port is free when no flow, in hold-down or not, has the reverse key (protocol, target, SNAT address and
/// port), so one port serves any number of targets at once. A cursor walks all addresses and ports in turn: the port
/// that was used longest ago comes first. After half of the tries it looks elsewhere, for long-lived flows sit side by
/// side. Where flows have homes, the ports stand in rows of 16, of which one suits a flow, and each class of flows
/// has a cursor; ports behind the last whole row are not used.</remarks>
public sealed class SnatPorts
{
    /// <summary>Tries before a flow is refused.</summary>
    public const int Tries = 128;

    private const uint JumpStep = 40_503;

    private readonly FlowTable _table;
    private readonly FlowHomes? _homes;
    private readonly uint _firstPort;
    private readonly uint _ports;
    private readonly uint _rowPorts;
    private readonly uint _rows;
    private readonly ulong[] _cursors;
    private PacketAddress[] _ipv4 = [];
    private PacketAddress[] _ipv6 = [];

    /// <summary>Starts somewhere in the range, so that a restart does not begin with the ports used last.</summary>
    /// <param name="table">Knows which reverse keys are taken.</param>
    /// <param name="seed">Where to start.</param>
    /// <param name="firstPort">First port given out.</param>
    /// <param name="lastPort">Last port given out.</param>
    /// <param name="homes">Where flows are at home; null: any port suits any flow.</param>
    public SnatPorts(
        FlowTable table, ulong seed, ushort firstPort = 1_024, ushort lastPort = ushort.MaxValue,
        FlowHomes? homes = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(firstPort);
        _rowPorts = homes is null ? 1u : FlowHomes.Classes;
        ArgumentOutOfRangeException.ThrowIfLessThan(lastPort, firstPort + _rowPorts - 1);
        (_table, _homes, _firstPort) = (table, homes, firstPort);
        _ports = (uint)(lastPort - firstPort + 1);
        _rows = _ports / _rowPorts;
        _cursors = new ulong[_rowPorts];
        Array.Fill(_cursors, FlowHash.Of(seed, 1) >> 24);
    }

    /// <summary>Replaces the addresses; flows keep what they have.</summary>
    public void Use(PacketAddress[] addresses)
    {
        _ipv4 = Array.FindAll(addresses, address => address.IsIpv4);
        _ipv6 = Array.FindAll(addresses, address => !address.IsIpv4);
    }

    /// <summary>Has the next flow get a port, of the first address, if it is free; in the place of a start by
    /// chance.</summary>
    public void BeginAt(ushort port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, _firstPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(port, _firstPort + _ports);
        Array.Fill(_cursors, (port - _firstPort) / _rowPorts);
    }

    /// <summary>Whether it may give out a port (network order) of an address.</summary>
    public bool Has(in PacketAddress address, ushort portBe)
    {
        ushort port = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(portBe) : portBe;
        return Array.IndexOf(address.IsIpv4 ? _ipv4 : _ipv6, address) >= 0
            && port >= _firstPort && port - _firstPort < _ports;
    }

    /// <summary>Finds a free reverse key towards a target; false when all tries hit taken ones.</summary>
    /// <param name="forward">The key of the client's frames.</param>
    /// <param name="target">Target address; the source address is of its family.</param>
    /// <param name="targetPortBe">Target port, network order.</param>
    /// <param name="reverse">The key of the target's answers. Nothing is reserved: the caller adds the flow.</param>
    public bool TryTake(in FlowKey forward, in PacketAddress target, ushort targetPortBe, out FlowKey reverse)
    {
        PacketAddress[] addresses = target.IsIpv4 ? _ipv4 : _ipv6;
        ulong places = (ulong)addresses.Length * _rows;
        int flowClass = _homes is null ? 0 : _homes.ClassOf(forward);
        ref ulong cursor = ref _cursors[flowClass];
        for (int attempt = 0; places > 0 && attempt < Tries; attempt++)
        {
            ulong place = cursor++ % places;
            if (attempt >= Tries / 2)
                place = (place + ((ulong)(attempt - (Tries / 2)) * JumpStep)) % places;
            PacketAddress address = addresses[(int)(place / _rows)];
            uint port = _firstPort + ((uint)(place % _rows) * _rowPorts);
            reverse = new FlowKey(target, address, targetPortBe, Be(port), forward.Protocol);
            if (_homes is not null)
                reverse = reverse with { DestinationPortBe = Be(port + _homes.StepsTo(flowClass, reverse)) };
            if (_table.Find(reverse, out _) == FlowTable.None)
                return true;
        }
        reverse = default;
        return false;
    }

    private static ushort Be(uint port) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((ushort)port) : (ushort)port;
}
