using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;

namespace Hyperplane.Rpc;

/// <summary>The body of a request: hands out its stream and stays open until it is completed or failed.</summary>
internal sealed class RequestContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Sets the content type.</summary>
    public RequestContent()
    {
        Headers.ContentType = new MediaTypeHeaderValue(ContentTypes.Grpc);
    }

    /// <summary>Where messages are written, once the request was started; cancelled when it could not be.</summary>
    public Task<Stream> Stream => _stream.Task;

    /// <summary>Whether no more may be written.</summary>
    public bool IsEnded => _end.Task.IsCompleted;

    /// <summary>No more messages.</summary>
    public void Complete() => _end.TrySetResult();

    /// <summary>The call is over: ends the body without the mark of a proper end.</summary>
    public void Abandon()
    {
        _end.TrySetCanceled();
        _stream.TrySetCanceled();
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The token fires when the peer resets the stream. Ending here by it would hide the reset's error code from
        // the request; the call sees the code there, ends, and then abandons this body.
        await stream.FlushAsync(CancellationToken.None);
        _stream.TrySetResult(stream);
        await _end.Task;
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
