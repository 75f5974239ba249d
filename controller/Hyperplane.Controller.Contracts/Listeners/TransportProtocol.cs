namespace Hyperplane.Controller.Contracts.Listeners;

/// <summary>What a listener listens to.</summary>
public enum TransportProtocol
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDP.</summary>
    Udp,

    /// <summary>Both, on one port.</summary>
    TcpUdp,
}
