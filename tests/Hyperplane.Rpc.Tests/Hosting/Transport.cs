namespace Hyperplane.Rpc.Tests.Hosting;

/// <summary>What carries HTTP/2 between client and server.</summary>
public enum Transport
{
    /// <summary>TCP on loopback, prior knowledge.</summary>
    Plain,

    /// <summary>A Unix socket.</summary>
    UnixSocket,

    /// <summary>TCP on loopback with TLS and a certificate made for the run.</summary>
    Tls,
}
