using System.Net;

namespace Hyperplane.Bgp.Messages;

/// <summary>What an UPDATE said.</summary>
internal sealed class ReceivedUpdate
{
    public List<IPNetwork> Announced { get; } = [];

    public List<IPNetwork> Withdrawn { get; } = [];

    /// <summary>All segments' numbers in order.</summary>
    public List<uint> AsPath { get; } = [];

    /// <summary>AS4_PATH of a two-octet session (RFC 6793).</summary>
    public List<uint> As4Path { get; } = [];

    public List<BgpCommunity> Communities { get; } = [];

    public byte? Origin { get; set; }

    public IPAddress? NextHop { get; set; }

    public uint? Med { get; set; }

    public uint? LocalPref { get; set; }

    /// <summary>The family whose end-of-RIB this is; null for a usual UPDATE.</summary>
    public BgpFamily? EndOfRib { get; set; }
}
