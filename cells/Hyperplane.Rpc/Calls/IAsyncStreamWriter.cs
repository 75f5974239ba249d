namespace Hyperplane.Rpc;

/// <summary>Sends messages one after the other.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>
    /// Ends when the transport took the message: a slow reader slows the writer. Throws
    /// <see cref="InvalidOperationException"/> when another write is under way, <see cref="RpcException"/> when the
    /// call is over or the message exceeds the limit for sending.
    /// </summary>
    Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    /// <summary>
    /// The same; on a client the token ends the whole call, because half a message cannot be taken back, on a server
    /// only the wait.
    /// </summary>
    Task WriteAsync(T message, CancellationToken cancellationToken);
}
