using System.Buffers;
using System.IO.Pipelines;

namespace Hyperplane.Rpc;

/// <summary>Reads messages from one direction of a call.</summary>
/// <param name="pipe">The bytes.</param>
/// <param name="maxMessageBytes">Longer messages end the call before they are buffered.</param>
/// <param name="compressedStatus">What a compressed message means on this side.</param>
internal sealed class FrameReader(PipeReader pipe, int maxMessageBytes, StatusCode compressedStatus)
    : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;
    private int _reading;

    /// <inheritdoc/>
    public override int PayloadLength => (int)_payload.Length;

    /// <summary>The next message; none at the end. Throws <see cref="RpcException"/> on forbidden bytes.</summary>
    public async ValueTask<(bool Found, T Message)> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
            throw new InvalidOperationException("another read of this call is under way");
        try
        {
            while (true)
            {
                ReadResult result = await pipe.ReadAsync(ct);
                if (result.IsCanceled)
                    throw new OperationCanceledException("the read was cancelled");
                if (TryTake(result, marshaller, out T message))
                    return (true, message);
                if (result.IsCompleted)
                    return (false, message);
            }
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <inheritdoc/>
    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    /// <inheritdoc/>
    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    private bool TryTake<T>(in ReadResult result, Marshaller<T> marshaller, out T message)
    {
        ReadOnlySequence<byte> buffer = result.Buffer;
        SequencePosition consumed = buffer.Start;
        SequencePosition examined = buffer.End;
        try
        {
            FrameVerdict verdict = FrameDecoder.TryRead(buffer, maxMessageBytes, out _payload);
            if (verdict == FrameVerdict.Message)
            {
                consumed = examined = _payload.End;
                message = Parse(marshaller);
                return true;
            }

            if (verdict != FrameVerdict.Incomplete || (result.IsCompleted && !buffer.IsEmpty))
                throw new RpcException(Refusal(verdict));
            message = default!;
            return false;
        }
        finally
        {
            _payload = default;
            pipe.AdvanceTo(consumed, examined);
        }
    }

    private T Parse<T>(Marshaller<T> marshaller)
    {
        try
        {
            return marshaller.ContextualDeserializer(this);
        }
#pragma warning disable CA1031 // Any bytes of the peer end in a status, whatever the marshaller throws.
        catch (Exception e) when (e is not RpcException)
#pragma warning restore CA1031
        {
            throw new RpcException(new Status(StatusCode.Internal, "a message could not be parsed", e));
        }
    }

    private Status Refusal(FrameVerdict verdict) => verdict switch
    {
        FrameVerdict.Compressed => new Status(compressedStatus, "compressed messages are not supported"),
        FrameVerdict.TooLarge => new Status(
            StatusCode.ResourceExhausted, $"a message is longer than the limit of {maxMessageBytes} bytes"),
        FrameVerdict.BadFlag => new Status(StatusCode.Internal, "a message starts with an unknown flag"),
        _ => new Status(StatusCode.Internal, "the stream ended in the middle of a message"),
    };
}
