namespace Hyperplane.Rpc;

/// <summary>The requests of one call.</summary>
internal sealed class ClientStreamWriter<TRequest, TResponse>(ClientCall<TRequest, TResponse> call)
    : IClientStreamWriter<TRequest>
{
    /// <inheritdoc/>
    public Task WriteAsync(TRequest message, CancellationToken cancellationToken) =>
        call.WriteAsync(message, cancellationToken);

    /// <inheritdoc/>
    public Task CompleteAsync()
    {
        call.CompleteRequests();
        return Task.CompletedTask;
    }
}
