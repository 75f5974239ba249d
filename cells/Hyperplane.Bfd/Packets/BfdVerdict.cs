namespace Hyperplane.Bfd;

/// <summary>What became of a datagram on the BFD port (RFC 5880 6.8.6, RFC 5881 5).</summary>
public enum BfdVerdict
{
    /// <summary>Sound, and given to a session if it has one.</summary>
    Accepted,

    /// <summary>Fewer bytes than a packet has, or than its length says.</summary>
    Truncated,

    /// <summary>Another version than 1.</summary>
    BadVersion,

    /// <summary>The length is below that of a packet of its kind.</summary>
    BadLength,

    /// <summary>Authentication is present; none is in use.</summary>
    AuthenticationUnexpected,

    /// <summary>The detection multiplier is 0.</summary>
    ZeroDetectMult,

    /// <summary>The multipoint bit is set.</summary>
    Multipoint,

    /// <summary>My Discriminator is 0.</summary>
    ZeroMyDiscriminator,

    /// <summary>Your Discriminator is 0 in a state that needs it.</summary>
    ZeroYourDiscriminator,

    /// <summary>It came from further away than one hop: its TTL is not 255.</summary>
    TtlNot255,

    /// <summary>Your Discriminator names no session.</summary>
    UnknownDiscriminator,

    /// <summary>A first packet from an address that is no peer's.</summary>
    UnknownPeer,
}
