namespace Hyperplane.Controller.Contracts.TargetGroups;

/// <summary>What a probe speaks.</summary>
public enum HealthCheckProtocol
{
    /// <summary>A completed handshake is success.</summary>
    Tcp,

    /// <summary>A matching status code is success.</summary>
    Http,

    /// <summary>As HTTP, over TLS; the certificate is not verified.</summary>
    Https,
}
