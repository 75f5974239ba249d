namespace Hyperplane.Dataplane.Model;

/// <summary>The transport protocols a listener can have (IANA protocol numbers).</summary>
public enum IpProtocol : byte
{
    /// <summary>RFC 9293.</summary>
    Tcp = 6,

    /// <summary>RFC 768.</summary>
    Udp = 17,
}
