using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hyperplane.Bgp;

/// <summary>A router to talk to.</summary>
public sealed record BgpPeerOptions
{
    /// <summary>Where the router listens.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The router's AS number, 1..4294967294; equal to ours makes the session iBGP.</summary>
    public required uint RemoteAs { get; init; }

    /// <summary>Our end; null: the address the kernel chooses. It is the next hop of routes that name none.</summary>
    public IPAddress? LocalAddress { get; init; }

    /// <summary>TCP port of the router, 1..65535.</summary>
    public int Port { get; init; } = 179;

    /// <summary>
    /// Silence after which the router counts as gone: 0 (never) or 3..65535. The lower of both sides rules.
    /// </summary>
    public int HoldTimeSeconds { get; init; } = 9;

    /// <summary>Upper limit of the time between our KEEPALIVEs, 1..21845.</summary>
    public int KeepaliveSeconds { get; init; } = 3;

    /// <summary>An attempt to connect is given up, and the next one made, after this time, 1..3600.</summary>
    public int ConnectRetrySeconds { get; init; } = 5;

    /// <summary>Signs every segment (RFC 2385), 1..80 bytes of UTF-8; null: no signature. Never logged.</summary>
    public string? Md5Password { get; init; }

    /// <summary>
    /// Hops our packets may travel, 1..255; null: 1 to another AS, 64 inside ours. Not with <see cref="Gtsm"/>.
    /// </summary>
    public int? Ttl { get; init; }

    /// <summary>Send with TTL 255 and accept nothing less (RFC 5082): the router must be a direct neighbour.</summary>
    public bool Gtsm { get; init; }

    /// <summary>Names the peer, without secrets.</summary>
    public override string ToString() => $"{Address} AS {RemoteAs}";

    internal IEnumerable<string> Problems()
    {
        if (RemoteAs is 0 or uint.MaxValue)
            yield return $"{this}: remote AS must be 1..4294967294";
        if (LocalAddress is not null && LocalAddress.AddressFamily != Address.AddressFamily)
            yield return $"{this}: local address {LocalAddress} is of another family";
        if (Address.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
            yield return $"{this}: not an IP address";
        if (Port is < 1 or > 65535)
            yield return $"{this}: port {Port} is not in 1..65535";
        if (HoldTimeSeconds is not 0 and (< 3 or > 65535))
            yield return $"{this}: hold time {HoldTimeSeconds} s must be 0 or 3..65535";
        if (KeepaliveSeconds is < 1 or > 21845)
            yield return $"{this}: keepalive time {KeepaliveSeconds} s is not in 1..21845";
        if (ConnectRetrySeconds is < 1 or > 3600)
            yield return $"{this}: connect retry time {ConnectRetrySeconds} s is not in 1..3600";
        if (Md5Password is not null && Encoding.UTF8.GetByteCount(Md5Password) is < 1 or > TcpMd5.MaxKeyBytes)
            yield return $"{this}: the password must have 1..{TcpMd5.MaxKeyBytes} bytes";
        if (Ttl is < 1 or > 255)
            yield return $"{this}: TTL {Ttl} is not in 1..255";
        if (Gtsm && Ttl is not null)
            yield return $"{this}: GTSM sets the TTL itself";
    }
}
