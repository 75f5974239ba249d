namespace Hyperplane.Rpc;

/// <summary>Messages as they come.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The last message that <see cref="MoveNext"/> found.</summary>
    T Current { get; }

    /// <summary>
    /// Waits for the next message; false at the end. Throws <see cref="RpcException"/> when the call failed,
    /// <see cref="InvalidOperationException"/> when another read is under way. The token ends the whole call.
    /// </summary>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
