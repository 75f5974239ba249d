using System.IO.Pipelines;
using System.Net.Http;

namespace Hyperplane.Rpc;

/// <summary>One call on the HTTP/2 stream that carries it; ends once, with one status.</summary>
internal sealed class ClientCall<TRequest, TResponse> : IClientCall
{
    private readonly Channel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CallOptions _options;
    private readonly RequestContent _content = new();
    private readonly CallDeadline _deadline;
    private readonly CancellationTokenSource _ended;
    private readonly CancellationToken _endedToken;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RpcException> _outcome =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<FrameReader?> _responses = Task.FromResult<FrameReader?>(null);
    private HttpResponseMessage? _response;
    private int _writing;

    public ClientCall(Channel channel, Method<TRequest, TResponse> method, CallOptions options)
    {
        _channel = channel;
        _method = method;
        _options = options;
        _deadline = new CallDeadline(channel.Options.TimeProvider, options.Deadline);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken, _deadline.Token);
        _endedToken = _ended.Token;
    }

    /// <inheritdoc/>
    public Task<Metadata> ResponseHeadersAsync => _headers.Task;

    /// <summary>Sends the headers.</summary>
    public void Start() => _responses = StartAsync();

    /// <summary>Sends the one request of the call in the background; a failure ends the call.</summary>
    public void SendOnlyRequest(TRequest request) => _ = SendOnlyRequestAsync(request);

    /// <summary>The one response of the call.</summary>
    public async Task<TResponse> ReadOnlyResponseAsync()
    {
        (bool found, TResponse response) = await ReadAsync(CancellationToken.None);
        if (!found)
            throw new RpcException(new Status(StatusCode.Unimplemented, "the method has one response, none came"));
        (bool another, _) = await ReadAsync(CancellationToken.None);
        if (!another)
            return response;
        Finish(new Status(StatusCode.Unimplemented, "the method has one response, more came"), Metadata.Empty);
        throw await _outcome.Task;
    }

    /// <summary>The next response; none at the end. Throws when the call ended with another status than OK.</summary>
    public async Task<(bool Found, TResponse Message)> ReadAsync(CancellationToken ct)
    {
        await using CancellationTokenRegistration registration = ct.UnsafeRegister(
            static call => ((ClientCall<TRequest, TResponse>)call!).Dispose(), this);
        if (await _responses is { } responses && !_outcome.Task.IsCompleted)
        {
            try
            {
                (bool found, TResponse message) = await responses.ReadAsync(_method.ResponseMarshaller, _endedToken);
                if (found)
                    return (true, message);
                (Status status, Metadata trailers) = ResponseHead.ReadEnd(_response!);
                Finish(status, trailers);
            }
            catch (Exception e) when (e is not InvalidOperationException || _outcome.Task.IsCompleted)
            {
                Finish(Explain(e), Metadata.Empty);
            }
        }

        RpcException outcome = await _outcome.Task;
        return outcome.StatusCode == StatusCode.OK ? (false, default!) : throw Copy(outcome);
    }

    /// <summary>Sends one request of a stream.</summary>
    public async Task WriteAsync(TRequest message, CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _writing, 1) != 0)
            throw new InvalidOperationException("another write of this call is under way");
        try
        {
            if (_content.IsEnded && !_outcome.Task.IsCompleted)
                throw new InvalidOperationException("the requests of this call were completed");
            await using CancellationTokenRegistration registration = ct.UnsafeRegister(
                static call => ((ClientCall<TRequest, TResponse>)call!).Dispose(), this);
            using var buffer = new FrameBuffer(_channel.Options.MaxSendMessageSize);
            await SendAsync(buffer.Encode(_method.RequestMarshaller, message));
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    /// <summary>No more requests.</summary>
    public void CompleteRequests()
    {
        if (Volatile.Read(ref _writing) != 0)
            throw new InvalidOperationException("a write of this call is under way");
        _content.Complete();
    }

    /// <inheritdoc/>
    public Status GetStatus() => Outcome.Status;

    /// <inheritdoc/>
    public Metadata GetTrailers() => Outcome.Trailers;

    /// <inheritdoc/>
    public void Dispose() => Finish(
        _options.CancellationToken.IsCancellationRequested || !_deadline.HasPassed
            ? new Status(StatusCode.Cancelled, "the caller gave up the call")
            : new Status(StatusCode.DeadlineExceeded, "the deadline passed"),
        Metadata.Empty);

    private RpcException Outcome => _outcome.Task.IsCompleted
        ? _outcome.Task.Result
        : throw new InvalidOperationException("the call has not ended");

    private async Task<FrameReader?> StartAsync()
    {
        try
        {
            _endedToken.ThrowIfCancellationRequested();
            TimeSpan? timeout = _deadline.Instant == DateTime.MaxValue ? null : _deadline.Remaining;
            HttpResponseMessage response =
                await _channel.SendAsync(_method, _options.Headers, timeout, _content, _endedToken);
            lock (_lock)
            {
                _response = response;
                if (_outcome.Task.IsCompleted)
                    response.Dispose();
            }

            if (ResponseHead.TryReadEarlyEnd(response) is { } end)
            {
                _headers.TrySetResult(Metadata.Empty);
                Finish(end.Status, end.Trailers);
                return null;
            }

            _headers.TrySetResult(ResponseHead.ReadHeaders(response));
            PipeReader pipe = PipeReader.Create(await response.Content.ReadAsStreamAsync(_endedToken));
            return new FrameReader(pipe, _channel.Options.MaxReceiveMessageSize, StatusCode.Internal);
        }
#pragma warning disable CA1031 // Whatever the transport throws is the status of the call.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Finish(Explain(e), Metadata.Empty);
            return null;
        }
    }

    private async Task SendOnlyRequestAsync(TRequest request)
    {
        using var buffer = new FrameBuffer(_channel.Options.MaxSendMessageSize);
        ReadOnlyMemory<byte> frame;
        try
        {
            frame = buffer.Encode(_method.RequestMarshaller, request);
        }
#pragma warning disable CA1031 // A marshaller may throw anything; the call's status tells the caller.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Finish(e is RpcException refusal
                ? refusal.Status
                : new Status(StatusCode.Internal, "the request could not be serialised", e), Metadata.Empty);
            return;
        }

        try
        {
            await SendAsync(frame);
            _content.Complete();
        }
        catch (RpcException)
        {
            // Whoever reads the response learns why.
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> frame)
    {
        try
        {
            Stream stream = await _content.Stream.WaitAsync(_endedToken);
            await stream.WriteAsync(frame, _endedToken);
            await stream.FlushAsync(_endedToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or HttpRequestException
            or InvalidOperationException)
        {
            // The server ended the call, or the connection broke: the end of the responses tells which.
            throw _outcome.Task.IsCompleted && _outcome.Task.Result.StatusCode != StatusCode.OK
                ? Copy(_outcome.Task.Result)
                : new RpcException(new Status(StatusCode.Cancelled, "the call ended before this message was sent", e));
        }
    }

    private Status Explain(Exception e)
    {
        if (_options.CancellationToken.IsCancellationRequested)
            return new Status(StatusCode.Cancelled, "the caller gave up the call", e);
        if (e is RpcException refusal)
            return refusal.Status;
        return _deadline.HasPassed
            ? new Status(StatusCode.DeadlineExceeded, "the deadline passed", e)
            : TransportErrorMapping.ToStatus(e);
    }

    private void Finish(Status status, Metadata trailers)
    {
        lock (_lock)
        {
            if (!_outcome.TrySetResult(new RpcException(status, trailers)))
                return;
            _content.Abandon();
            _response?.Dispose();
        }

        if (_headers.TrySetException(new RpcException(status, trailers)))
            _ = _headers.Task.Exception;
        _ended.Cancel();
        _ended.Dispose();
        _deadline.Dispose();
    }

    /// <summary>Each thrower gets its own, or their stack traces would mix.</summary>
    private static RpcException Copy(RpcException outcome) => new(outcome.Status, outcome.Trailers);
}
