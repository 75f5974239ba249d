using System.Buffers.Binary;

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
    private uint[] _addressesBe = [];
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

    /// <summary>Replaces the addresses (network order); flows keep what they have.</summary>
    public void Use(uint[] addressesBe) => _addressesBe = addressesBe;

    /// <summary>Whether it may give out a port of an address (both network order).</summary>
    public bool Has(uint addressBe, ushort portBe)
    {
        ushort port = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(portBe) : portBe;
        return Array.IndexOf(_addressesBe, addressBe) >= 0 && port >= _firstPort && port - _firstPort < _ports;
    }

    /// <summary>Finds a free reverse key towards a target; false when all tries hit taken ones.</summary>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="targetBe">Target address, network order.</param>
    /// <param name="targetPortBe">Target port, network order.</param>
    /// <param name="reverse">The key of the target's answers. Nothing is reserved: the caller adds the flow.</param>
    public bool TryTake(uint protocol, uint targetBe, ushort targetPortBe, out FlowKey4 reverse)
    {
        ulong places = (ulong)_addressesBe.Length * _ports;
        for (int attempt = 0; places > 0 && attempt < Tries; attempt++)
        {
            ulong place = _cursor++ % places;
            if (attempt >= Tries / 2)
                place = (place + ((ulong)(attempt - (Tries / 2)) * JumpStep)) % places;
            uint addressBe = _addressesBe[(int)(place / _ports)];
            ushort port = (ushort)(_firstPort + (uint)(place % _ports));
            ushort portBe = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;
            reverse = new FlowKey4(targetBe, addressBe, targetPortBe, portBe, protocol);
            if (_table.Find(reverse, out _) == FlowTable.None)
                return true;
        }
        reverse = default;
        return false;
    }
}
