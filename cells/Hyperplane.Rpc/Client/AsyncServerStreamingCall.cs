namespace Hyperplane.Rpc;

/// <summary>A call with many responses.</summary>
public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
{
    private readonly IClientCall _call;

    internal AsyncServerStreamingCall(IAsyncStreamReader<TResponse> responses, IClientCall call)
    {
        ResponseStream = responses;
        _call = call;
    }

    /// <summary>The responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <summary>Metadata before the first response.</summary>
    public Task<Metadata> ResponseHeadersAsync => _call.ResponseHeadersAsync;

    /// <summary>How it ended; throws <see cref="InvalidOperationException"/> before its end was read.</summary>
    public Status GetStatus() => _call.GetStatus();

    /// <summary>Metadata after the last response; throws <see cref="InvalidOperationException"/> before.</summary>
    public Metadata GetTrailers() => _call.GetTrailers();

    /// <summary>Cancels the call if it still runs.</summary>
    public void Dispose() => _call.Dispose();
}
