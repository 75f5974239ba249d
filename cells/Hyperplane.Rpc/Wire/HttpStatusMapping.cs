using System.Globalization;
using System.Net;

namespace Hyperplane.Rpc;

/// <summary>Names for HTTP answers that are no gRPC (doc/http-grpc-status-mapping.md of grpc).</summary>
internal static class HttpStatusMapping
{
    /// <summary>The gRPC status of an HTTP status.</summary>
    public static Status ToStatus(HttpStatusCode code)
    {
        StatusCode status = code switch
        {
            HttpStatusCode.BadRequest => StatusCode.Internal,
            HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
            HttpStatusCode.NotFound => StatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway => StatusCode.Unavailable,
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        };
        return new Status(status, string.Create(
            CultureInfo.InvariantCulture, $"the peer answered with HTTP status {(int)code} instead of gRPC"));
    }
}
