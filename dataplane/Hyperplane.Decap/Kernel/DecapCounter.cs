namespace Hyperplane.Decap.Kernel;

/// <summary>How a frame can end: <c>enum decap_counter</c> in <c>bpf/decap.h</c>, by the same names and
/// numbers.</summary>
internal enum DecapCounter
{
    /// <summary>All of them.</summary>
    Received,

    /// <summary>To the kernel: no encapsulation known here.</summary>
    PassNoTunnel,

    /// <summary>To the kernel: an encapsulation, to an address that is no tunnel end.</summary>
    PassOtherAddress,

    /// <summary>To the kernel: from a source that may not send through a tunnel.</summary>
    PassSourceNotAllowed,

    /// <summary>To the kernel: a fragment of an outer packet; the way here is too narrow.</summary>
    PassOuterFragment,

    /// <summary>To the kernel: options or extension headers before the tunnel's.</summary>
    PassOuterOptions,

    /// <summary>To the kernel: another VXLAN network.</summary>
    PassOtherVni,

    /// <summary>To the kernel: what is inside goes to none of the VIPs.</summary>
    PassNotAVip,

    /// <summary>Out of IP in IP.</summary>
    UnwrappedIp,

    /// <summary>Out of GRE.</summary>
    UnwrappedGre,

    /// <summary>Out of GUE.</summary>
    UnwrappedGue,

    /// <summary>Out of VXLAN.</summary>
    UnwrappedVxlan,

    /// <summary>Shorter than the outer headers say.</summary>
    DropTruncated,

    /// <summary>The outer IPv4 header's checksum is wrong.</summary>
    DropOuterChecksum,

    /// <summary>A GRE version or flag that is not taken: checksum, routing, sequence number.</summary>
    DropGreHeader,

    /// <summary>A GUE version, control message, option or flag that is not taken.</summary>
    DropGueHeader,

    /// <summary>VXLAN without a network's number.</summary>
    DropVxlanHeader,

    /// <summary>Neither IPv4 nor IPv6 inside.</summary>
    DropInnerNotIp,

    /// <summary>The header inside is cut, of another version than announced, or longer than its tunnel.</summary>
    DropInnerMalformed,

    /// <summary>The path marked congestion and the sender inside does not know such marks (RFC 6040).</summary>
    DropCongestion,

    /// <summary>At tc: datagrams in a UDP tunnel that arrive merged, which the kernel could not cut apart.</summary>
    DropMergedDatagrams,

    /// <summary>The kernel would not resize the packet.</summary>
    DropKernelRefused,
}
