namespace Hyperplane.Rpc;

/// <summary>Makes calls over one channel.</summary>
internal sealed class ChannelCallInvoker(Channel channel) : CallInvoker
{
    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        ClientCall<TRequest, TResponse> call = Start(method, MethodType.Unary, options);
        call.SendOnlyRequest(request);
        return new AsyncUnaryCall<TResponse>(call.ReadOnlyResponseAsync(), call);
    }

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        ClientCall<TRequest, TResponse> call = Start(method, MethodType.ServerStreaming, options);
        call.SendOnlyRequest(request);
        return new AsyncServerStreamingCall<TResponse>(new ClientStreamReader<TRequest, TResponse>(call), call);
    }

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        ClientCall<TRequest, TResponse> call = Start(method, MethodType.ClientStreaming, options);
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            new ClientStreamWriter<TRequest, TResponse>(call), call.ReadOnlyResponseAsync(), call);
    }

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        ClientCall<TRequest, TResponse> call = Start(method, MethodType.DuplexStreaming, options);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            new ClientStreamWriter<TRequest, TResponse>(call), new ClientStreamReader<TRequest, TResponse>(call), call);
    }

    private ClientCall<TRequest, TResponse> Start<TRequest, TResponse>(
        Method<TRequest, TResponse> method, MethodType type, CallOptions options)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (method.Type != type)
            throw new ArgumentException($"{method.FullName} is {method.Type}, not {type}", nameof(method));
        var call = new ClientCall<TRequest, TResponse>(channel, method, options);
        call.Start();
        return call;
    }
}
