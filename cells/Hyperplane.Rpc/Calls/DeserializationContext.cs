using System.Buffers;

namespace Hyperplane.Rpc;

/// <summary>Where a marshaller reads one message; valid only while it runs.</summary>
public abstract class DeserializationContext
{
    /// <summary>Bytes of the message.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>A copy.</summary>
    public abstract byte[] PayloadAsNewBuffer();

    /// <summary>The received bytes themselves.</summary>
    public abstract ReadOnlySequence<byte> PayloadAsReadOnlySequence();
}
