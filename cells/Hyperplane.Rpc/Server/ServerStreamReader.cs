namespace Hyperplane.Rpc;

/// <summary>The requests of one call.</summary>
internal sealed class ServerStreamReader<T>(HttpServerCallContext call, Marshaller<T> marshaller)
    : IAsyncStreamReader<T>
{
    private T? _current;
    private bool _hasCurrent;

    /// <inheritdoc/>
    public T Current => _hasCurrent ? _current! : throw new InvalidOperationException("there is no current message");

    /// <inheritdoc/>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        (_hasCurrent, _current) = await call.ReadAsync(marshaller, cancellationToken);
        return _hasCurrent;
    }
}
