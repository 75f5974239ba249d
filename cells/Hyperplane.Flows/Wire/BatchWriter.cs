using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Wire;

/// <summary>Collects operations for one receiver.</summary>
/// <remarks>Memory is taken once. A full batch must be given away, and <see cref="Clear"/>ed, before more is
/// added.</remarks>
public sealed class BatchWriter(int capacityBytes = BatchWriter.DefaultBytes)
{
    /// <summary>Room for about 220 records: what a receiver works off in one piece, while others wait.</summary>
    public const int DefaultBytes = 16_384;

    private readonly byte[] _bytes = new byte[Math.Max(capacityBytes, FlowOps.LongestBytes)];
    private int _used;

    /// <summary>What fits in all.</summary>
    public int CapacityBytes => _bytes.Length;

    /// <summary>The operations so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _used);

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _used == 0;

    /// <summary>Whether there may be no room for another one.</summary>
    public bool IsFull => _bytes.Length - _used < FlowOps.LongestBytes;

    /// <summary>Forgets them.</summary>
    public void Clear() => _used = 0;

    /// <summary>An operation that carries a record.</summary>
    public void Add(FlowOpKind kind, uint tag, in FlowRecord record)
    {
        if (record.IsIpv4)
            MemoryMarshal.Write(Begin(kind, 0, tag, FlowRecord4.Bytes), FlowRecord4.Of(record));
        else
            MemoryMarshal.Write(Begin(kind, FlowOps.Wide, tag, FlowRecord.Bytes), in record);
    }

    /// <summary>An operation that carries a key.</summary>
    public void Add(FlowOpKind kind, uint tag, in FlowKey key)
    {
        if (key.IsIpv4)
            MemoryMarshal.Write(Begin(kind, 0, tag, FlowOps.PackedKeyBytes), FlowKey4.Of(key));
        else
            MemoryMarshal.Write(Begin(kind, FlowOps.Wide, tag, FlowOps.WideKeyBytes), in key);
    }

    /// <summary>An operation that carries a view.</summary>
    public void Add(FlowOpKind kind, NodeFlags flags, ulong view) =>
        BinaryPrimitives.WriteUInt64LittleEndian(Begin(kind, (byte)flags, 0, FlowOps.ViewBytes), view);

    /// <summary>An operation without a body.</summary>
    public void Add(FlowOpKind kind, uint tag) => Begin(kind, 0, tag, 0);

    private Span<byte> Begin(FlowOpKind kind, byte flags, uint tag, int bodyBytes)
    {
        Span<byte> op = _bytes.AsSpan(_used, FlowOps.HeaderBytes + bodyBytes);
        op[0] = (byte)kind;
        op[1] = flags;
        op[2] = 0;
        op[3] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(op[4..], tag);
        _used += op.Length;
        return op[FlowOps.HeaderBytes..];
    }
}
