namespace Hyperplane.Rpc;

/// <summary>Handles one request with many responses.</summary>
public delegate Task ServerStreamingServerMethod<in TRequest, out TResponse>(
    TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context);
