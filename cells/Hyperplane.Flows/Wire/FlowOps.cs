using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Flows.Wire;

/// <summary>The sizes of operations on the wire.</summary>
/// <remarks>An operation is a header of 8 bytes (kind, flags, two zero bytes, tag) and a body that its kind fixes: a
/// record, a key, a view or nothing. Little-endian; addresses and ports as in the frame.</remarks>
public static class FlowOps
{
    /// <summary>Bytes of a header.</summary>
    public const int HeaderBytes = 8;

    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = 16;

    /// <summary>Bytes of a view.</summary>
    public const int ViewBytes = 8;

    /// <summary>Bytes of the longest operation.</summary>
    public const int LongestBytes = HeaderBytes + FlowRecord4.Bytes;

    /// <summary>Bytes of the body of a kind; -1 when there is no such kind.</summary>
    public static int BodyBytes(FlowOpKind kind) => kind switch
    {
        FlowOpKind.Decide or FlowOpKind.Put or FlowOpKind.Claim or FlowOpKind.Won or FlowOpKind.Lost
            or FlowOpKind.Found or FlowOpKind.Newer or FlowOpKind.PortFreed => FlowRecord4.Bytes,
        FlowOpKind.LookUp or FlowOpKind.NotMine => KeyBytes,
        FlowOpKind.Status or FlowOpKind.Synchronised => ViewBytes,
        FlowOpKind.Nothing or FlowOpKind.Ack or FlowOpKind.Full => 0,
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
            int bytes = HeaderBytes + BodyBytes(kind);
            if (bytes < HeaderBytes || bytes > batch.Length)
                return false;
            batch = batch[bytes..];
        }
        return false;
    }
}
