using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Rpc;

/// <summary>Serves the calls of one service: the edge where every failure becomes a status.</summary>
internal sealed class RpcServiceEndpoint(
    IEnumerable<ServerMethod> methods, RpcServiceOptions options, ILogger logger)
{
    private readonly FrozenDictionary<string, ServerMethod> _methods =
        methods.ToFrozenDictionary(method => method.Method.FullName, StringComparer.Ordinal);

    /// <summary>Answers one request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        if (!RpcResponses.TryBegin(http))
            return;
        if (!_methods.TryGetValue(http.Request.Path.Value ?? "", out ServerMethod? method))
        {
            await RefuseUnknownAsync(http);
            return;
        }

        if (!TryReadTimeout(http.Request.Headers, out TimeSpan? timeout))
        {
            var status = new Status(StatusCode.Internal, "the header grpc-timeout cannot be read");
            await RpcResponses.FinishAsync(http, status, Metadata.Empty);
            return;
        }

        using var call = new HttpServerCallContext(http, options, timeout);
        if (await RunAsync(call, method) is { } outcome)
            await call.FinishAsync(outcome.Status, outcome.Trailers);
    }

    /// <summary>Answers a call of a method or service that nobody offers.</summary>
    public static async Task RefuseUnknownAsync(HttpContext http)
    {
        if (RpcResponses.TryBegin(http))
        {
            var status = new Status(StatusCode.Unimplemented, $"there is no method {http.Request.Path.Value}");
            await RpcResponses.FinishAsync(http, status, Metadata.Empty);
        }
    }

    /// <summary>Null when the client is gone and nobody listens.</summary>
    private async Task<(Status Status, Metadata Trailers)?> RunAsync(HttpServerCallContext call, ServerMethod method)
    {
        Status status;
        Metadata trailers = Metadata.Empty;
        try
        {
            options.Admit?.Invoke(call);
            await method.Invoke(call);
            status = call.Status;
        }
        catch (RpcException e) when (!call.ClientIsGone)
        {
            status = e.Status;
            trailers = e.Trailers;
        }
#pragma warning disable CA1031 // The host's edge: whatever a handler throws, the client gets a status.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (call.ClientIsGone)
            {
                RpcLog.ClientGone(logger, method.Method.FullName, call.Peer);
                return null;
            }

            if (!call.DeadlineHasPassed)
                RpcLog.HandlerFailed(logger, e, method.Method.FullName, call.Peer);
            status = new Status(StatusCode.Unknown, "the handler failed");
        }

        if (call.DeadlineHasPassed)
            status = new Status(StatusCode.DeadlineExceeded, "the deadline passed");
        return (status, trailers);
    }

    private static bool TryReadTimeout(IHeaderDictionary headers, out TimeSpan? timeout)
    {
        timeout = null;
        if (!headers.TryGetValue(TimeoutHeader.Name, out var values))
            return true;
        if (values.Count != 1 || !TimeoutHeader.TryParse(values[0], out TimeSpan parsed))
            return false;
        timeout = parsed;
        return true;
    }
}
