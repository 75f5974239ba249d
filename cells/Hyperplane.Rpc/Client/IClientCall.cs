namespace Hyperplane.Rpc;

/// <summary>A call without its message types.</summary>
internal interface IClientCall : IDisposable
{
    /// <summary>Metadata before the first response.</summary>
    Task<Metadata> ResponseHeadersAsync { get; }

    /// <summary>How it ended; throws <see cref="InvalidOperationException"/> before.</summary>
    Status GetStatus();

    /// <summary>Metadata after the last response; throws <see cref="InvalidOperationException"/> before.</summary>
    Metadata GetTrailers();
}
