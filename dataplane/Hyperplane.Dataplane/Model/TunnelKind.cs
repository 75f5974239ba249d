namespace Hyperplane.Dataplane.Model;

/// <summary>What a client's packet is put into on its way to a target that answers past the load balancer.</summary>
public enum TunnelKind : byte
{
    /// <summary>Generic UDP Encapsulation, version 0 (draft-ietf-intarea-gue).</summary>
    Gue,

    /// <summary>IP in IP (RFC 2003, RFC 2473, RFC 4213).</summary>
    Ipip,

    /// <summary>Generic Routing Encapsulation (RFC 2784), with a key when the network's number is not 0
    /// (RFC 2890).</summary>
    Gre,

    /// <summary>Virtual eXtensible LAN (RFC 7348).</summary>
    Vxlan,
}
