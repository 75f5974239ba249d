using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Api.Listeners;

/// <summary>Translates protocols between the wire and the controller.</summary>
internal static class ListenerProtocols
{
    /// <summary>For the controller.</summary>
    public static TransportProtocol ToContract(this ListenerProtocol protocol) =>
        protocol == ListenerProtocol.Tcp ? TransportProtocol.Tcp : TransportProtocol.Udp;

    /// <summary>For the wire.</summary>
    public static ListenerProtocol ToWire(this TransportProtocol protocol) =>
        protocol == TransportProtocol.Tcp ? ListenerProtocol.Tcp : ListenerProtocol.Udp;
}
