namespace Hyperplane.Rpc;

/// <summary>The responses of one call.</summary>
internal sealed class ServerStreamWriter<T>(HttpServerCallContext call, Marshaller<T> marshaller)
    : IServerStreamWriter<T>
{
    /// <inheritdoc/>
    public Task WriteAsync(T message, CancellationToken cancellationToken) =>
        call.WriteAsync(marshaller, message, cancellationToken);
}
