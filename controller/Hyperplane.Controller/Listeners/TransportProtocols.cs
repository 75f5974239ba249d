using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Controller.Listeners;

/// <summary>What is to be known of protocols.</summary>
internal static class TransportProtocols
{
    /// <summary>As a person reads it.</summary>
    public static string Text(TransportProtocol protocol) => protocol switch
    {
        TransportProtocol.Tcp => "TCP",
        TransportProtocol.Udp => "UDP",
        _ => "TCP_UDP",
    };

    /// <summary>Whether listeners of both cannot be on one port.</summary>
    public static bool Clash(TransportProtocol protocol, TransportProtocol other) =>
        protocol == other || protocol == TransportProtocol.TcpUdp || other == TransportProtocol.TcpUdp;
}
