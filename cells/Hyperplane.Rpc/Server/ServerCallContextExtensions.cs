using Microsoft.AspNetCore.Http;

namespace Hyperplane.Rpc;

/// <summary>The way from a call to the HTTP request that carries it.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>The request, for facts such as a client certificate; throws in contexts made by tests.</summary>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext) =>
        serverCallContext is HttpServerCallContext call
            ? call.Http
            : throw new InvalidOperationException("this call is not carried by HTTP");
}
