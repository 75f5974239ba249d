namespace Hyperplane.Rpc;

/// <summary>Handles many requests with one response.</summary>
public delegate Task<TResponse> ClientStreamingServerMethod<in TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requestStream, ServerCallContext context);
