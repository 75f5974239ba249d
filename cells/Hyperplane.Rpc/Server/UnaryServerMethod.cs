namespace Hyperplane.Rpc;

/// <summary>Handles one request with one response.</summary>
public delegate Task<TResponse> UnaryServerMethod<in TRequest, TResponse>(TRequest request, ServerCallContext context);
