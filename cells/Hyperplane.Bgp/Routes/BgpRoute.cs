using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Bgp;

/// <summary>One prefix we want routers to send to us, and what they shall know about it. Equal by value.</summary>
public sealed record BgpRoute
{
    /// <summary>More would say nothing and could fill a message.</summary>
    public const int MaxCommunities = 64;

    /// <summary>Longest prepend.</summary>
    public const int MaxPrepend = 10;

    private readonly ImmutableArray<BgpCommunity> _communities = [];

    /// <summary>A route with default attributes.</summary>
    /// <param name="prefix">IPv4 or IPv6; no bits set beyond its length.</param>
    /// <param name="nextHop">Where to send packets; null: the local address of each session.</param>
    /// <exception cref="ArgumentException">Prefix and next hop differ in family.</exception>
    public BgpRoute(IPNetwork prefix, IPAddress? nextHop = null)
    {
        if (nextHop is not null && nextHop.AddressFamily != prefix.BaseAddress.AddressFamily)
            throw new ArgumentException($"{prefix} via {nextHop}: the families differ", nameof(nextHop));
        Prefix = prefix;
        NextHop = nextHop;
    }

    /// <summary>The destination.</summary>
    public IPNetwork Prefix { get; }

    /// <summary>Where to send packets; null: the local address of each session.</summary>
    public IPAddress? NextHop { get; }

    /// <summary>Sorted, each once; at most 64.</summary>
    public IReadOnlyList<BgpCommunity> Communities
    {
        get => _communities;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _communities = [.. value.Distinct().Order()];
            if (_communities.Length > MaxCommunities)
                throw new ArgumentException($"more than {MaxCommunities} communities", nameof(value));
        }
    }

    /// <summary>MULTI_EXIT_DISC: the lower, the better; null sends none.</summary>
    public uint? Med { get; init; }

    /// <summary>LOCAL_PREF: the higher, the better; only to peers of our own AS, where null means 100.</summary>
    public uint? LocalPref { get; init; }

    /// <summary>How many times more our AS stands in the path towards other ASes, 0..10.</summary>
    public int Prepend
    {
        get;
        init => field = value is >= 0 and <= MaxPrepend
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"prepend is 0 to {MaxPrepend}");
    }

    /// <summary>Reads <c>192.0.2.1/32</c> or a bare address; false for anything else, host bits included.</summary>
    public static bool TryParsePrefix(string? text, out IPNetwork prefix)
    {
        prefix = default;
        if (text is null)
            return false;
        if (text.Contains('/', StringComparison.Ordinal))
            return IPNetwork.TryParse(text, out prefix);
        if (!IPAddress.TryParse(text, out IPAddress? address))
            return false;
        prefix = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(BgpRoute? other) => other is not null && Prefix.Equals(other.Prefix) && SameAttributes(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Prefix, AttributesHash());

    /// <summary>True if both may travel in one UPDATE.</summary>
    internal bool SameAttributes(BgpRoute other) =>
        Equals(NextHop, other.NextHop) && Med == other.Med && LocalPref == other.LocalPref && Prepend == other.Prepend
        && _communities.AsSpan().SequenceEqual(other._communities.AsSpan());

    /// <summary>Equal for routes with the same attributes.</summary>
    internal int AttributesHash()
    {
        var hash = default(HashCode);
        hash.Add(NextHop);
        hash.Add(Med);
        hash.Add(LocalPref);
        hash.Add(Prepend);
        foreach (BgpCommunity community in _communities)
            hash.Add(community.Value);
        return hash.ToHashCode();
    }
}
