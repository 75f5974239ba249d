namespace Hyperplane.Rpc;

/// <summary>The client's side of a stream of requests.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>No more requests; the responses go on.</summary>
    Task CompleteAsync();
}
