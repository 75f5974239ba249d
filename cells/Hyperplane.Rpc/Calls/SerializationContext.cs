using System.Buffers;

namespace Hyperplane.Rpc;

/// <summary>Where a marshaller writes one message.</summary>
public abstract class SerializationContext
{
    /// <summary>Gives the whole message at once, and ends it.</summary>
    public abstract void Complete(byte[] payload);

    /// <summary>Announces how many bytes will be written, so that the buffer is taken once.</summary>
    public abstract void SetPayloadLength(int payloadLength);

    /// <summary>The buffer to write to, until <see cref="Complete()"/>.</summary>
    public abstract IBufferWriter<byte> GetBufferWriter();

    /// <summary>Ends a message that was written to the buffer.</summary>
    public abstract void Complete();
}
