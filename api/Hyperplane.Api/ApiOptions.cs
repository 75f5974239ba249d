namespace Hyperplane.Api;

/// <summary>How the API is protected from its callers.</summary>
public sealed record ApiOptions
{
    /// <summary>Requests a second of one API key; 0 for no limit.</summary>
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>Requests of one API key at once.</summary>
    public int RequestBurst { get; init; } = 400;

    /// <summary>Requests a second with a wrong key, or without one, of one client address; 0 for no limit.</summary>
    public int RefusedPerSecond { get; init; } = 20;

    /// <summary>Watches of one API key at once.</summary>
    public int WatchesPerKey { get; init; } = 20;

    /// <summary>Watches at once; each reads its load balancer, or all of a tenant, once a second and when there is
    /// news.</summary>
    public int Watches { get; init; } = 200;

    /// <summary>After so long without an event a watch sends a comment, so that proxies keep it open.</summary>
    public TimeSpan WatchKeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A watch of all load balancers whose reader takes so long for what is told at once is cut off.</summary>
    public TimeSpan WatchSlowest { get; init; } = TimeSpan.FromSeconds(10);
}
