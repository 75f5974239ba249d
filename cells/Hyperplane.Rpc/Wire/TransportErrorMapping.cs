using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Hyperplane.Rpc;

/// <summary>Names for failures of sockets, TLS and HTTP/2 (PROTOCOL-HTTP2.md of grpc, "Errors").</summary>
internal static class TransportErrorMapping
{
    private const long RefusedStream = 7;
    private const long Cancel = 8;
    private const long EnhanceYourCalm = 11;
    private const long InadequateSecurity = 12;

    /// <summary>The status of an exception of the HTTP client; the innermost one that says something decides.</summary>
    public static Status ToStatus(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case HttpProtocolException protocol:
                    return new Status(ToStatusCode(protocol.ErrorCode), "HTTP/2: " + protocol.Message, exception);
                case SocketException socket:
                    return new Status(StatusCode.Unavailable, socket.Message, exception);
                case AuthenticationException tls:
                    return new Status(StatusCode.Unavailable, "TLS: " + tls.Message, exception);
                case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } limit:
                    return new Status(StatusCode.ResourceExhausted, limit.Message, exception);
                default:
                    break;
            }
        }

        return exception is IOException or HttpRequestException or OperationCanceledException
            ? new Status(StatusCode.Unavailable, "the connection failed: " + exception.Message, exception)
            : new Status(StatusCode.Internal, exception.Message, exception);
    }

    private static StatusCode ToStatusCode(long http2Error) => http2Error switch
    {
        RefusedStream => StatusCode.Unavailable,
        Cancel => StatusCode.Cancelled,
        EnhanceYourCalm => StatusCode.ResourceExhausted,
        InadequateSecurity => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };
}
