using System.Runtime.CompilerServices;

namespace Hyperplane.Rpc;

/// <summary>A call with many requests and one response; awaiting it gives the response.</summary>
public sealed class AsyncClientStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly IClientCall _call;

    internal AsyncClientStreamingCall(
        IClientStreamWriter<TRequest> requests, Task<TResponse> response, IClientCall call)
    {
        RequestStream = requests;
        ResponseAsync = response;
        _call = call;
    }

    /// <summary>The requests; complete it when there are no more.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <summary>The response; fails with <see cref="RpcException"/>.</summary>
    public Task<TResponse> ResponseAsync { get; }

    /// <summary>Metadata before the response.</summary>
    public Task<Metadata> ResponseHeadersAsync => _call.ResponseHeadersAsync;

    /// <summary>Awaits the response.</summary>
    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();

    /// <summary>How it ended; throws <see cref="InvalidOperationException"/> before.</summary>
    public Status GetStatus() => _call.GetStatus();

    /// <summary>Metadata after the response; throws <see cref="InvalidOperationException"/> before.</summary>
    public Metadata GetTrailers() => _call.GetTrailers();

    /// <summary>Cancels the call if it still runs.</summary>
    public void Dispose() => _call.Dispose();
}
