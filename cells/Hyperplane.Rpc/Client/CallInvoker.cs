namespace Hyperplane.Rpc;

/// <summary>Makes calls; clients of services take one.</summary>
/// <remarks>No call throws at once: failures come from what is returned, as <see cref="RpcException"/>.</remarks>
public abstract class CallInvoker
{
    /// <summary>One request, one response.</summary>
    /// <param name="method">What to call.</param>
    /// <param name="host">Null; there for the shape of the well-known library.</param>
    /// <param name="options">Headers, deadline, token.</param>
    /// <param name="request">The request.</param>
    public abstract AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request);

    /// <summary>One request, many responses.</summary>
    public abstract AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request);

    /// <summary>Many requests, one response.</summary>
    public abstract AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options);

    /// <summary>Many messages each way.</summary>
    public abstract AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options);
}
