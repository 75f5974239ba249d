using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Api.Listeners;

/// <summary>Translates protocols between the wire and the controller.</summary>
internal static class ListenerProtocols
{
    /// <summary>For the controller.</summary>
    public static TransportProtocol ToContract(this ListenerProtocol protocol) =>
        protocol switch
        {
            ListenerProtocol.Tcp => TransportProtocol.Tcp,
            ListenerProtocol.Udp => TransportProtocol.Udp,
            _ => TransportProtocol.TcpUdp,
        };

    /// <summary>For the wire.</summary>
    public static ListenerProtocol ToWire(this TransportProtocol protocol) =>
        protocol switch
        {
            TransportProtocol.Tcp => ListenerProtocol.Tcp,
            TransportProtocol.Udp => ListenerProtocol.Udp,
            _ => ListenerProtocol.TcpUdp,
        };
}
