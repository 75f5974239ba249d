namespace Hyperplane.Rpc;

/// <summary>The responses of one call.</summary>
internal sealed class ClientStreamReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call)
    : IAsyncStreamReader<TResponse>
{
    private TResponse? _current;
    private bool _hasCurrent;

    /// <inheritdoc/>
    public TResponse Current =>
        _hasCurrent ? _current! : throw new InvalidOperationException("there is no current message");

    /// <inheritdoc/>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        (_hasCurrent, _current) = await call.ReadAsync(cancellationToken);
        return _hasCurrent;
    }
}
