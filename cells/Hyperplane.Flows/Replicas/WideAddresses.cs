using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Flows.Replicas;

/// <summary>The addresses of records that have to do with IPv6, four a record, in chunks.</summary>
/// <remarks>The packed record in their owner's slot has a row's number in the place of an address.</remarks>
internal sealed class WideAddresses(int capacity)
{
    private const int ChunkRows = 1_024;

    private readonly Addresses[]?[] _rows = new Addresses[]?[(capacity + ChunkRows - 1) / ChunkRows];
    private int _used;
    private int _free = -1;

    /// <summary>Keeps a record's addresses; the packed rest of it.</summary>
    public FlowRecord4 Pack(in FlowRecord record)
    {
        int row = _free >= 0 ? _free : _used++;
        _rows[row / ChunkRows] ??= new Addresses[ChunkRows];
        if (row == _free)
            _free = (int)Row(row).Client.First - 1;
        Row(row) = new Addresses(record.Client, record.Vip, record.Target, record.Snat);
        return FlowRecord4.Of(record) with { ClientBe = (uint)row, Reserved = FlowRecord4.AddressesElsewhere };
    }

    /// <summary>The whole record.</summary>
    public FlowRecord Unpack(in FlowRecord4 packed)
    {
        FlowRecord record = packed.ToRecord();
        (record.Client, record.Vip, record.Target, record.Snat) = Row((int)packed.ClientBe);
        record.Reserved = 0;
        return record;
    }

    /// <summary>Forgets the addresses of a record.</summary>
    public void Release(in FlowRecord4 packed)
    {
        int row = (int)packed.ClientBe;
        Row(row) = new Addresses(new PacketAddress((ulong)(_free + 1), 0), default, default, default);
        _free = row;
    }

    private ref Addresses Row(int row) => ref _rows[row / ChunkRows]![row % ChunkRows];

    private readonly record struct Addresses(
        PacketAddress Client, PacketAddress Vip, PacketAddress Target, PacketAddress Snat);
}
