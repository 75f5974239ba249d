namespace Hyperplane.Rpc;

/// <summary>The server's side of a stream of responses; it ends when the handler returns.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;
