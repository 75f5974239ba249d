using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Hyperplane.Rpc;

/// <summary>A way to one server; connects at the first call, reconnects by itself, shared by all calls.</summary>
public sealed class Channel : IDisposable
{
    private static readonly ProductInfoHeaderValue UserAgent = new("hyperplane-rpc", "0.1");

    private readonly HttpMessageInvoker _http;
    private readonly Uri _base;

    private Channel(string target, Uri baseAddress, SocketsHttpHandler handler, ChannelOptions options)
    {
        Target = target;
        Options = options;
        _base = baseAddress;
        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>The address it was made for.</summary>
    public string Target { get; }

    /// <summary>Limits and clock.</summary>
    internal ChannelOptions Options { get; }

    /// <summary>
    /// For <c>http://host:port</c> (HTTP/2 without TLS), <c>https://host:port</c> or <c>unix:/path</c> (with TLS when
    /// the options have any); does not connect. Throws <see cref="ArgumentException"/> on any other address.
    /// </summary>
    public static Channel ForAddress(string address, ChannelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        options ??= new ChannelOptions();
        if (address.StartsWith("unix:/", StringComparison.Ordinal))
        {
            string path = address["unix:".Length..].Replace("///", "/", StringComparison.Ordinal);
            var endPoint = new UnixDomainSocketEndPoint(path);
            SocketsHttpHandler local = CreateHandler(options);
            local.ConnectCallback = (_, ct) => ConnectAsync(endPoint, ct);
            return new Channel(
                address, new Uri(options.Tls is null ? "http://localhost" : "https://localhost"), local, options);
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
            || uri.Scheme is not ("http" or "https")
            || uri.PathAndQuery != "/")
            throw new ArgumentException(
                $"'{address}' is not http://host:port, https://host:port or unix:/path", nameof(address));
        return new Channel(address, uri, CreateHandler(options), options);
    }

    /// <summary>What calls are made with.</summary>
    public CallInvoker CreateCallInvoker() => new ChannelCallInvoker(this);

    /// <summary>Closes all connections; calls under way end with an error.</summary>
    public void Dispose() => _http.Dispose();

    /// <summary>Starts one HTTP/2 request; ends when the headers of the answer have come.</summary>
    internal Task<HttpResponseMessage> SendAsync(
        IMethod method, Metadata? headers, TimeSpan? timeout, HttpContent content, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_base, method.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.UserAgent.Add(UserAgent);
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity");
        if (timeout is { } limit)
            request.Headers.TryAddWithoutValidation(TimeoutHeader.Name, TimeoutHeader.Format(limit));
        foreach (Metadata.Entry entry in headers ?? Metadata.Empty)
        {
            if (!MetadataCodec.IsReserved(entry.Key))
                request.Headers.TryAddWithoutValidation(entry.Key, MetadataCodec.Encode(entry));
        }

        return _http.SendAsync(request, ct);
    }

    private static SocketsHttpHandler CreateHandler(ChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1024 * 1024,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = options.KeepAliveDelay,
            KeepAlivePingTimeout = options.KeepAliveTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        if (options.Tls is not null)
            handler.SslOptions = options.Tls;
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(UnixDomainSocketEndPoint endPoint, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endPoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
