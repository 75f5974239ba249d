using System.Buffers.Binary;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Flows;

/// <summary>Chooses source address and port towards a target.</summary>
/// <remarks>A port is free when no flow, in hold-down or not, has the reverse key (protocol, target, SNAT address and
/// port), so one port serves any number of targets at once. The cursor walks all addresses and ports in turn: the port
/// that was used longest ago comes first. After half of the tries it looks elsewhere, for long-lived flows sit side by
/// side.</remarks>
public sealed class SnatPorts
{
    /// <summary>Tries before a flow is refused.</summary>
    public const int Tries = 128;

    private const uint JumpStep = 40_503;

    private readonly FlowTable _table;
    private readonly uint _firstPort;
    private readonly uint _ports;
    private PacketAddress[] _ipv4 = [];
    private PacketAddress[] _ipv6 = [];
    private ulong _cursor;

    /// <summary>Starts somewhere in the range, so that a restart does not begin with the ports used last.</summary>
    /// <param name="table">Knows which reverse keys are taken.</param>
    /// <param name="seed">Where to start.</param>
    /// <param name="firstPort">First port given out.</param>
    /// <param name="lastPort">Last port given out.</param>
    public SnatPorts(FlowTable table, ulong seed, ushort firstPort = 1_024, ushort lastPort = ushort.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfZero(firstPort);
        ArgumentOutOfRangeException.ThrowIfLessThan(lastPort, firstPort);
        _table = table;
        _firstPort = firstPort;
        _ports = (uint)(lastPort - firstPort + 1);
        _cursor = FlowHash.Of(seed, 1) >> 24;
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
        _cursor = port - _firstPort;
    }

    /// <summary>Whether it may give out a port (network order) of an address.</summary>
    public bool Has(in PacketAddress address, ushort portBe)
    {
        ushort port = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(portBe) : portBe;
        return Array.IndexOf(address.IsIpv4 ? _ipv4 : _ipv6, address) >= 0
            && port >= _firstPort && port - _firstPort < _ports;
    }

    /// <summary>Finds a free reverse key towards a target; false when all tries hit taken ones.</summary>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="target">Target address; the source address is of its family.</param>
    /// <param name="targetPortBe">Target port, network order.</param>
    /// <param name="reverse">The key of the target's answers. Nothing is reserved: the caller adds the flow.</param>
    public bool TryTake(uint protocol, in PacketAddress target, ushort targetPortBe, out FlowKey reverse)
    {
        PacketAddress[] addresses = target.IsIpv4 ? _ipv4 : _ipv6;
        ulong places = (ulong)addresses.Length * _ports;
        for (int attempt = 0; places > 0 && attempt < Tries; attempt++)
        {
            ulong place = _cursor++ % places;
            if (attempt >= Tries / 2)
                place = (place + ((ulong)(attempt - (Tries / 2)) * JumpStep)) % places;
            PacketAddress address = addresses[(int)(place / _ports)];
            ushort port = (ushort)(_firstPort + (uint)(place % _ports));
            ushort portBe = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;
            reverse = new FlowKey(target, address, targetPortBe, portBe, protocol);
            if (_table.Find(reverse, out _) == FlowTable.None)
                return true;
        }
        reverse = default;
        return false;
    }
}
