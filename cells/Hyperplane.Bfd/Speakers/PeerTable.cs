namespace Hyperplane.Bfd;

/// <summary>The sessions by number, by discriminator and by address; changed by the speaker's thread alone.</summary>
internal sealed class PeerTable(Random random)
{
    private readonly Dictionary<uint, PeerLink> _byDiscriminator = [];
    private readonly Dictionary<uint, PeerLink> _byAddress = [];
    private PeerLink[] _links = [];

    /// <summary>All of them; replaced, never changed, so that any thread may walk it.</summary>
    public PeerLink[] Links => Volatile.Read(ref _links);

    /// <summary>The session that a sound packet belongs to; the verdict says why there is none.</summary>
    public BfdVerdict Find(in BfdPacket packet, uint sourceAddress, out PeerLink? link)
    {
        if (packet.YourDiscriminator != 0)
            return _byDiscriminator.TryGetValue(packet.YourDiscriminator, out link)
                ? BfdVerdict.Accepted
                : BfdVerdict.UnknownDiscriminator;
        return _byAddress.TryGetValue(sourceAddress, out link) ? BfdVerdict.Accepted : BfdVerdict.UnknownPeer;
    }

    /// <summary>Makes the wanted peers those there are: kept ones keep their sessions, lost ones come back.</summary>
    public List<PeerLink> Replace(IReadOnlyList<BfdPeerOptions> wanted, IBfdWire wire, long nowNs)
    {
        var before = new List<PeerLink>(_links);
        var links = new PeerLink[wanted.Count];
        _byAddress.Clear();
        for (int i = 0; i < links.Length; i++)
        {
            BfdPeerOptions peer = wanted[i];
            int kept = before.FindIndex(l => l.Options.Address.Equals(peer.Address)
                && Equals(l.Options.LocalAddress, peer.LocalAddress));
            if (kept >= 0)
            {
                links[i] = before[kept];
                before.RemoveAt(kept);
                Update(links[i], peer, nowNs);
            }
            else
            {
                links[i] = Make(peer, wire, nowNs);
            }

            _byAddress[links[i].Address] = links[i];
        }

        foreach (PeerLink lost in before)
            _byDiscriminator.Remove(lost.Session.LocalDiscriminator);
        Volatile.Write(ref _links, links);
        return before;
    }

    private static void Update(PeerLink link, BfdPeerOptions peer, long nowNs)
    {
        if (link.Options.Intervals != peer.Intervals)
            link.Session.SetIntervals(peer.Intervals, nowNs);
        link.Options = peer;
    }

    private PeerLink Make(BfdPeerOptions peer, IBfdWire wire, long nowNs)
    {
        uint discriminator;
        do
            discriminator = (uint)random.NextInt64(1, 1L + uint.MaxValue);
        while (_byDiscriminator.ContainsKey(discriminator));
        var link = new PeerLink(peer, new BfdSession(peer.Intervals, discriminator, random, nowNs));
        link.Open(wire);
        _byDiscriminator[discriminator] = link;
        return link;
    }
}
