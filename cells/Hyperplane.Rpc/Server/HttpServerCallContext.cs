using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Hyperplane.Rpc;

/// <summary>One call on the HTTP/2 stream that carries it.</summary>
internal sealed class HttpServerCallContext : ServerCallContext, IDisposable
{
    private readonly HttpContext _http;
    private readonly RpcServiceOptions _options;
    private readonly FrameReader _requests;
    private readonly CallDeadline _deadline;
    private readonly CancellationTokenSource _ended;
    /// <summary>The stream was reset; the token of the request fires later, on another thread.</summary>
    private volatile bool _streamBroke;
    private int _writing;

    /// <summary>Prepares the stream: no rate limits, no limit of the whole body.</summary>
    public HttpServerCallContext(HttpContext http, RpcServiceOptions options, TimeSpan? timeout)
    {
        _http = http;
        _options = options;
        _deadline = new CallDeadline(
            options.TimeProvider, timeout is { } t ? CallDeadline.After(options.TimeProvider, t) : null);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _deadline.Token);
        CancellationToken = _ended.Token;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
            bodySize.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } bodyRate)
            bodyRate.MinDataRate = null;
        _requests = new FrameReader(
            http.Request.BodyReader, options.MaxReceiveMessageSize, StatusCode.Unimplemented);
        RequestHeaders = ReadHeaders(http.Request.Headers);
    }

    /// <inheritdoc/>
    public override string Method => _http.Request.Path.Value ?? "";

    /// <inheritdoc/>
    public override string Host => _http.Request.Host.Value ?? "";

    /// <inheritdoc/>
    public override string Peer => Describe(_http.Connection.RemoteIpAddress, _http.Connection.RemotePort);

    /// <inheritdoc/>
    public override DateTime Deadline => _deadline.Instant;

    /// <inheritdoc/>
    public override Metadata RequestHeaders { get; }

    /// <inheritdoc/>
    public override CancellationToken CancellationToken { get; }

    /// <inheritdoc/>
    public override Metadata ResponseTrailers { get; } = [];

    /// <inheritdoc/>
    public override Status Status { get; set; } = Status.DefaultSuccess;

    /// <summary>The HTTP request underneath.</summary>
    public HttpContext Http => _http;

    /// <summary>Whether the client went away.</summary>
    public bool ClientIsGone => _streamBroke || _http.RequestAborted.IsCancellationRequested;

    /// <summary>Whether the time is over.</summary>
    public bool DeadlineHasPassed => _deadline.HasPassed;

    /// <inheritdoc/>
    public override async Task WriteResponseHeadersAsync(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (_http.Response.HasStarted)
            throw new InvalidOperationException("the response has started");
        foreach (Metadata.Entry entry in responseHeaders)
        {
            if (!MetadataCodec.IsReserved(entry.Key))
                _http.Response.Headers.Append(entry.Key, MetadataCodec.Encode(entry));
        }

        await StartAsync();
    }

    /// <summary>The request of a method that has exactly one.</summary>
    public async Task<T> ReadOnlyMessageAsync<T>(Marshaller<T> marshaller)
    {
        (bool found, T request) = await ReceiveAsync(marshaller, CancellationToken);
        if (!found)
            throw new RpcException(new Status(StatusCode.Unimplemented, "the method needs one request, none came"));
        (bool another, _) = await ReceiveAsync(marshaller, CancellationToken);
        return another
            ? throw new RpcException(new Status(StatusCode.Unimplemented, "the method takes one request, more came"))
            : request;
    }

    /// <summary>The next request of a stream; headers go out first, or both sides could wait for each other.</summary>
    public async Task<(bool Found, T Message)> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken ct)
    {
        if (!_http.Response.HasStarted)
            await StartAsync();
        if (!ct.CanBeCanceled || ct == CancellationToken)
            return await ReceiveAsync(marshaller, CancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, CancellationToken);
        return await ReceiveAsync(marshaller, either.Token);
    }

    /// <summary>Sends one response and waits until the transport took it.</summary>
    public async Task WriteAsync<T>(Marshaller<T> marshaller, T message, CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _writing, 1) != 0)
            throw new InvalidOperationException("another write of this call is under way");
        try
        {
            using var buffer = new FrameBuffer(_options.MaxSendMessageSize);
            ReadOnlyMemory<byte> frame = buffer.Encode(marshaller, message);
            CancellationToken.ThrowIfCancellationRequested();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, CancellationToken);
            FlushResult flushed = await _http.Response.BodyWriter.WriteAsync(frame, either.Token);
            if (flushed.IsCanceled || flushed.IsCompleted)
            {
                _streamBroke = true;
                throw new OperationCanceledException("the client gave up the call");
            }
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    /// <summary>Sends status and trailers, which ends the call.</summary>
    public Task FinishAsync(Status status, Metadata moreTrailers) =>
        RpcResponses.FinishAsync(_http, status, ResponseTrailers.Concat(moreTrailers));

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Dispose();
        _deadline.Dispose();
    }

    private async Task<(bool Found, T Message)> ReceiveAsync<T>(Marshaller<T> marshaller, CancellationToken ct)
    {
        try
        {
            return await _requests.ReadAsync(marshaller, ct);
        }
        catch (IOException e)
        {
            _streamBroke = true;
            throw new OperationCanceledException("the client gave up the call", e);
        }
    }

    private async Task StartAsync()
    {
        await _http.Response.StartAsync(CancellationToken);
        await _http.Response.BodyWriter.FlushAsync(CancellationToken);
    }

    private static Metadata ReadHeaders(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach ((string name, var values) in headers)
        {
            foreach (string? value in values)
                MetadataCodec.AddReceived(metadata, name, value);
        }

        return metadata.Freeze();
    }

    private static string Describe(IPAddress? address, int port) => address switch
    {
        null => "unix:",
        { AddressFamily: AddressFamily.InterNetworkV6 } =>
            string.Create(CultureInfo.InvariantCulture, $"ipv6:[{address}]:{port}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"ipv4:{address}:{port}"),
    };
}
