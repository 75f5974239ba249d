namespace Hyperplane.Rpc;

public sealed partial class ServerServiceDefinition
{
    /// <summary>Collects methods. Adding a name twice, or with a handler of another shape, throws.</summary>
    public sealed class Builder
    {
        private readonly Dictionary<string, ServerMethod> _methods = new(StringComparer.Ordinal);

        internal Builder()
        {
        }

        /// <summary>Adds a unary method.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler) =>
            Add(method, MethodType.Unary, async call =>
            {
                TRequest request = await call.ReadOnlyMessageAsync(method.RequestMarshaller);
                await call.WriteAsync(method.ResponseMarshaller, await handler(request, call), call.CancellationToken);
            });

        /// <summary>Adds a method with many requests.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler) =>
            Add(method, MethodType.ClientStreaming, async call =>
            {
                var requests = new ServerStreamReader<TRequest>(call, method.RequestMarshaller);
                await call.WriteAsync(method.ResponseMarshaller, await handler(requests, call), call.CancellationToken);
            });

        /// <summary>Adds a method with many responses.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler) =>
            Add(method, MethodType.ServerStreaming, async call =>
            {
                TRequest request = await call.ReadOnlyMessageAsync(method.RequestMarshaller);
                await handler(request, new ServerStreamWriter<TResponse>(call, method.ResponseMarshaller), call);
            });

        /// <summary>Adds a method with many messages each way.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler) =>
            Add(method, MethodType.DuplexStreaming, call => handler(
                new ServerStreamReader<TRequest>(call, method.RequestMarshaller),
                new ServerStreamWriter<TResponse>(call, method.ResponseMarshaller),
                call));

        /// <summary>The finished definition.</summary>
        public ServerServiceDefinition Build() => new([.. _methods.Values]);

        private Builder Add(IMethod method, MethodType type, Func<HttpServerCallContext, Task> invoke)
        {
            ArgumentNullException.ThrowIfNull(method);
            if (method.Type != type)
                throw new ArgumentException($"{method.FullName} is {method.Type}, its handler {type}", nameof(method));
            if (!_methods.TryAdd(method.FullName, new ServerMethod(method, invoke)))
                throw new ArgumentException($"{method.FullName} is defined twice", nameof(method));
            return this;
        }
    }
}
