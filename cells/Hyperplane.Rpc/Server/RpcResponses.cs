using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Hyperplane.Rpc;

/// <summary>Starts and ends the HTTP side of answers.</summary>
internal static class RpcResponses
{
    /// <summary>Sets what every gRPC answer says. False when the request is no gRPC: answered with 415.</summary>
    public static bool TryBegin(HttpContext http)
    {
        if (!HttpProtocol.IsHttp2(http.Request.Protocol) || !ContentTypes.IsGrpc(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        http.Response.ContentType = ContentTypes.Grpc;
        http.Response.Headers["grpc-accept-encoding"] = "identity";
        return true;
    }

    /// <summary>Ends an answer with its status.</summary>
    public static async Task FinishAsync(HttpContext http, Status status, IEnumerable<Metadata.Entry> trailers)
    {
        http.Response.AppendTrailer("grpc-status", ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture));
        if (!string.IsNullOrEmpty(status.Detail))
            http.Response.AppendTrailer("grpc-message", PercentEncoding.Encode(status.Detail));
        foreach (Metadata.Entry entry in trailers)
        {
            if (!MetadataCodec.IsReserved(entry.Key))
                http.Response.AppendTrailer(entry.Key, MetadataCodec.Encode(entry));
        }

        await http.Response.CompleteAsync();
    }
}
