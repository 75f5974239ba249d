namespace Hyperplane.Dataplane.Packets;

/// <summary>What reading a header found.</summary>
public enum ParseVerdict
{
    /// <summary>All fields of the view may be read.</summary>
    Ok,

    /// <summary>Fewer bytes than the header, or a length in it, asks for.</summary>
    Truncated,

    /// <summary>A version, header length or total length that contradicts itself.</summary>
    Malformed,

    /// <summary>The IPv4 header checksum is wrong.</summary>
    BadChecksum,

    /// <summary>Neither IPv4 nor IPv6.</summary>
    OtherProtocol,
}
