using System.Buffers;
using System.Buffers.Binary;

namespace Hyperplane.Rpc;

/// <summary>One message with its prefix, in memory of the pool; reusable for the next message of the call.</summary>
/// <param name="maxMessageBytes">Longer messages are refused with <see cref="StatusCode.ResourceExhausted"/>.</param>
internal sealed class FrameBuffer(int maxMessageBytes) : SerializationContext, IBufferWriter<byte>, IDisposable
{
    private const int FirstBytes = 512;
    private byte[] _bytes = [];
    private int _written;
    private bool _complete;

    /// <summary>Serialises a message; the memory is valid until the next call or <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Encode<T>(Marshaller<T> marshaller, T message)
    {
        _written = FrameDecoder.PrefixBytes;
        _complete = false;
        Reserve(FirstBytes);
        marshaller.ContextualSerializer(message, this);
        if (!_complete)
            throw new InvalidOperationException("the marshaller did not complete its message");
        int messageBytes = _written - FrameDecoder.PrefixBytes;
        RefuseBeyondLimit(messageBytes);
        _bytes[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(1), (uint)messageBytes);
        return _bytes.AsMemory(0, _written);
    }

    /// <inheritdoc/>
    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        SetPayloadLength(payload.Length);
        payload.CopyTo(_bytes.AsSpan(_written));
        _written += payload.Length;
        Complete();
    }

    /// <inheritdoc/>
    public override void SetPayloadLength(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        RefuseBeyondLimit(payloadLength);
        Reserve(payloadLength);
    }

    /// <inheritdoc/>
    public override IBufferWriter<byte> GetBufferWriter() => this;

    /// <inheritdoc/>
    public override void Complete() => _complete = true;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _written);
        _written += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_written);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public void Dispose()
    {
        byte[] bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private void Reserve(int moreBytes)
    {
        if (_bytes.Length - _written >= moreBytes)
            return;
        RefuseBeyondLimit(_written - FrameDecoder.PrefixBytes);
        byte[] larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_written + moreBytes, _written * 2)));
        _bytes.AsSpan(0, Math.Min(_written, _bytes.Length)).CopyTo(larger);
        Dispose();
        _bytes = larger;
    }

    private void RefuseBeyondLimit(int messageBytes)
    {
        if (messageBytes > maxMessageBytes)
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted,
                $"a message of {messageBytes} bytes is longer than the limit of {maxMessageBytes} bytes"));
    }
}
