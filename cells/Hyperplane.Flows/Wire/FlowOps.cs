using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Flows.Wire;

/// <summary>The sizes of operations on the wire.</summary>
/// <remarks>An operation is a header of 8 bytes (kind, flags, two zero bytes, tag) and a body that its kind fixes: a
/// record, a key, a view or nothing. Records and keys whose addresses are all IPv4 are packed; others are flagged
/// <see cref="Wide"/>. Little-endian; addresses and ports as in the frame.</remarks>
public static class FlowOps
{
    /// <summary>Bytes of a header.</summary>
    public const int HeaderBytes = 8;

    /// <summary>Of the flags of an operation with a record or a key: it is not packed.</summary>
    public const byte Wide = 1;

    /// <summary>Bytes of a packed key.</summary>
    public const int PackedKeyBytes = 16;

    /// <summary>Bytes of a key that has to do with IPv6.</summary>
    public const int WideKeyBytes = 40;

    /// <summary>Bytes of a view.</summary>
    public const int ViewBytes = 8;

    /// <summary>Bytes of the longest operation.</summary>
    public const int LongestBytes = HeaderBytes + FlowRecord.Bytes;

    /// <summary>What a kind of operation carries.</summary>
    public static FlowOpBody BodyOf(FlowOpKind kind) => kind switch
    {
        FlowOpKind.Decide or FlowOpKind.Put or FlowOpKind.Claim or FlowOpKind.Won or FlowOpKind.Lost
            or FlowOpKind.Found or FlowOpKind.Newer or FlowOpKind.PortFreed => FlowOpBody.Record,
        FlowOpKind.LookUp or FlowOpKind.NotMine => FlowOpBody.Key,
        FlowOpKind.Status or FlowOpKind.Synchronised => FlowOpBody.View,
        FlowOpKind.Nothing or FlowOpKind.Ack or FlowOpKind.Full => FlowOpBody.None,
        _ => FlowOpBody.Unknown,
    };

    /// <summary>Bytes of an operation's body; -1 when there is no such operation.</summary>
    public static int BodyBytes(FlowOpKind kind, byte flags) => BodyOf(kind) switch
    {
        FlowOpBody.Record => flags == Wide ? FlowRecord.Bytes : FlowRecord4.Bytes,
        FlowOpBody.Key => flags == Wide ? WideKeyBytes : PackedKeyBytes,
        FlowOpBody.View => ViewBytes,
        FlowOpBody.None => 0,
        _ => -1,
    };

    /// <summary>Whether somebody waits for an answer to any operation of a batch.</summary>
    public static bool IsAwaited(ReadOnlySpan<byte> batch)
    {
        while (batch.Length >= HeaderBytes)
        {
            var kind = (FlowOpKind)batch[0];
            if (kind is FlowOpKind.LookUp or FlowOpKind.Decide or FlowOpKind.Claim)
                return true;
            int bytes = HeaderBytes + BodyBytes(kind, batch[1]);
            if (bytes < HeaderBytes || bytes > batch.Length)
                return false;
            batch = batch[bytes..];
        }
        return false;
    }
}
