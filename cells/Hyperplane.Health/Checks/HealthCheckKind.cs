namespace Hyperplane.Health;

/// <summary>What a probe does.</summary>
public enum HealthCheckKind
{
    /// <summary>Opens a connection; an accepted one is a success.</summary>
    Tcp,

    /// <summary>Asks for a page; a status code in the range is a success.</summary>
    Http,

    /// <summary>As HTTP, over TLS; the certificate is not verified.</summary>
    Https,
}
