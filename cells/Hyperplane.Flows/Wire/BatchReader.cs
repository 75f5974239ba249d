using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Flows.Wire;

/// <summary>Reads the operations of a batch one after another; any bytes end in a verdict.</summary>
public ref struct BatchReader(ReadOnlySpan<byte> batch)
{
    private ReadOnlySpan<byte> _rest = batch;

    /// <summary>Why reading stopped before the end; null while nothing is wrong.</summary>
    public string? Defect { get; private set; }

    /// <summary>The next operation; false at the end, or when <see cref="Defect"/> says why not.</summary>
    public bool TryRead(out FlowOp op)
    {
        op = default;
        if (_rest.IsEmpty)
            return false;
        if (_rest.Length < FlowOps.HeaderBytes)
            return Fail("a header is cut off");
        op.Kind = (FlowOpKind)_rest[0];
        op.Flags = _rest[1];
        op.Tag = BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]);
        int bodyBytes = FlowOps.BodyBytes(op.Kind, op.Flags);
        if (bodyBytes < 0)
            return Fail("an operation of an unknown kind");
        if (_rest[2] != 0 || _rest[3] != 0)
            return Fail("a reserved byte is not zero");
        if (_rest.Length < FlowOps.HeaderBytes + bodyBytes)
            return Fail("a body is cut off");
        ReadOnlySpan<byte> body = _rest.Slice(FlowOps.HeaderBytes, bodyBytes);
        _rest = _rest[(FlowOps.HeaderBytes + bodyBytes)..];
        return FlowOps.BodyOf(op.Kind) switch
        {
            FlowOpBody.Record => ReadRecord(body, ref op),
            FlowOpBody.Key => ReadKey(body, ref op),
            FlowOpBody.View => ReadView(body, ref op),
            _ => true,
        };
    }

    private bool ReadRecord(ReadOnlySpan<byte> body, ref FlowOp op)
    {
        bool isWide = op.Flags == FlowOps.Wide;
        op.Record = isWide
            ? MemoryMarshal.Read<FlowRecord>(body)
            : MemoryMarshal.AsRef<FlowRecord4>(body).ToRecord();
        // One form for one record: two forms of a key would be two flows.
        bool isKnown = isWide != op.Record.IsIpv4
            && IsOfOneFamily(op.Record.Forward) && IsOfOneFamily(op.Record.Reverse)
            && (!op.Record.IsDirect || TunnelPath.IsValidIn(op.Record.Translation))
            && op.Record.State is > FlowRecordState.None and <= FlowRecordState.Tombstone
            && op.Record.Protocol is (byte)IpProtocol.Tcp or (byte)IpProtocol.Udp
            && op.Record is { Reserved: 0, ReservedNetwork: 0, ReservedEndpoint: 0, OwnerNode: not 0 };
        return isKnown || Fail("a record contradicts itself");
    }

    private bool ReadKey(ReadOnlySpan<byte> body, ref FlowOp op)
    {
        op.Key = KeyOf(body, op.Flags);
        if (op.Key.IsIpv4 == (op.Flags == FlowOps.Wide) || !IsOfOneFamily(op.Key))
            return Fail("a key contradicts itself");
        return op.Key.Protocol is (uint)IpProtocol.Tcp or (uint)IpProtocol.Udp || Fail("a key of an unknown protocol");
    }

    /// <summary>The key in a body, unchecked.</summary>
    internal static FlowKey KeyOf(ReadOnlySpan<byte> body, byte flags) => flags == FlowOps.Wide
        ? MemoryMarshal.Read<FlowKey>(body)
        : MemoryMarshal.AsRef<FlowKey4>(body).ToKey();

    private static bool IsOfOneFamily(in FlowKey key) => key.Source.IsIpv4 == key.Destination.IsIpv4;

    private static bool ReadView(ReadOnlySpan<byte> body, ref FlowOp op)
    {
        op.View = BinaryPrimitives.ReadUInt64LittleEndian(body);
        return true;
    }

    private bool Fail(string defect)
    {
        Defect = defect;
        _rest = [];
        return false;
    }
}
