using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp;

/// <summary>What one peer shall know, what it was told, and the difference still to be told.</summary>
/// <remarks>
/// Invariant: a prefix whose desired and told routes differ, or that was asked for again, is in the table of
/// differences.
/// A batch counts as sent only when the driver has taken its last byte.
/// </remarks>
internal sealed class RoutesOut
{
    private const int BatchPrefixes = 8192;

    private Dictionary<IPNetwork, BgpRoute> _desired = [];
    private readonly Dictionary<IPNetwork, BgpRoute> _told = [];
    private readonly HashSet<IPNetwork> _sent = [];
    private readonly Dictionary<IPNetwork, bool> _different = []; // value: tell it again even if nothing changed
    private readonly List<(IPNetwork Prefix, bool Announced)> _batch = [];
    private readonly List<BgpFamily> _endOfRib = [];
    private UpdateContext? _context;
    private BgpCapabilities? _peer;

    /// <summary>Prefixes the peer has been sent and not been told to forget.</summary>
    public IReadOnlyCollection<IPNetwork> Sent => _sent;

    /// <summary>Grows with each change of <see cref="Sent"/>.</summary>
    public long SentVersion { get; private set; }

    /// <summary>Desired prefixes that this session cannot carry: family not agreed on, or no next hop of it.</summary>
    public int UnsendableCount { get; private set; }

    public bool IsSent(IPNetwork prefix) => _sent.Contains(prefix);

    /// <summary>Replaces the desired set; prefixes must be unique.</summary>
    public void SetDesired(IReadOnlyCollection<BgpRoute> desired)
    {
        var next = new Dictionary<IPNetwork, BgpRoute>(desired.Count);
        foreach (BgpRoute route in desired)
            next.Add(route.Prefix, route);
        if (_context is not null)
        {
            foreach (IPNetwork prefix in _desired.Keys)
                if (!next.ContainsKey(prefix))
                    _different.TryAdd(prefix, false);
            foreach (BgpRoute route in desired)
                if (!_desired.TryGetValue(route.Prefix, out BgpRoute? old) || !old.Equals(route))
                    _different.TryAdd(route.Prefix, false);
        }

        _desired = next;
        CountUnsendable();
    }

    /// <summary>The session is Established: everything is to be told, then the end-of-RIB of each family.</summary>
    public void Begin(UpdateContext context, BgpCapabilities peer)
    {
        End();
        _context = context;
        _peer = peer;
        foreach (IPNetwork prefix in _desired.Keys)
            _different.Add(prefix, false);
        foreach (BgpFamily family in (BgpFamily[])[BgpFamily.Ipv4Unicast, BgpFamily.Ipv6Unicast])
            if (peer.Accepts(family))
                _endOfRib.Add(family);
        CountUnsendable();
    }

    /// <summary>The session is over: the peer has forgotten everything.</summary>
    public void End()
    {
        _context = null;
        _peer = null;
        _told.Clear();
        _different.Clear();
        _batch.Clear();
        _endOfRib.Clear();
        UnsendableCount = 0;
        if (_sent.Count == 0)
            return;
        _sent.Clear();
        SentVersion++;
    }

    /// <summary>Tells all routes of a family again.</summary>
    public void Refresh(BgpFamily family)
    {
        foreach (IPNetwork prefix in _desired.Keys)
            if (BgpFamily.Of(prefix) == family)
                _different[prefix] = true;
    }

    /// <summary>Writes the next batch into an empty buffer; returns how many messages.</summary>
    public int Pump(OutputBuffer output)
    {
        if (_context is null || !output.IsEmpty)
            return 0;
        int messages = 0;
        while (_different.Count > 0 && output.HasRoomForUpdate)
            messages += PumpSome(output);
        while (_different.Count == 0 && _endOfRib.Count > 0)
        {
            output.Commit(UpdateWriter.WriteEndOfRib(output.Reserve(), _endOfRib[0]));
            _endOfRib.RemoveAt(0);
            messages++;
        }

        return messages;
    }

    /// <summary>The driver has taken all bytes of the last batch.</summary>
    public void OnDrained()
    {
        if (_batch.Count == 0)
            return;
        foreach ((IPNetwork prefix, bool announced) in _batch)
            _ = announced ? _sent.Add(prefix) : _sent.Remove(prefix);
        _batch.Clear();
        SentVersion++;
    }

    private int PumpSome(OutputBuffer output)
    {
        var prefixes = _different.Keys.Take(BatchPrefixes).ToList();
        prefixes.Sort(PrefixOrder.Instance);
        var announce = new Dictionary<BgpRoute, List<IPNetwork>>(AttributesComparer.Instance);
        var withdraw = new Dictionary<BgpFamily, List<IPNetwork>>();
        foreach (IPNetwork prefix in prefixes)
        {
            bool told = _told.TryGetValue(prefix, out BgpRoute? old);
            if (_desired.TryGetValue(prefix, out BgpRoute? route) && CanSend(route))
            {
                if (told && !_different[prefix] && old!.Equals(route))
                    _different.Remove(prefix);
                else
                    Bucket(announce, route).Add(prefix);
            }
            else if (told)
            {
                Bucket(withdraw, BgpFamily.Of(prefix)).Add(prefix);
            }
            else
            {
                _different.Remove(prefix);
            }
        }

        // New paths before lost ones: a prefix moving into or out of a block is covered all the time.
        int messages = 0;
        foreach ((BgpRoute attributes, List<IPNetwork> list) in announce)
            messages += WriteAnnouncements(output, attributes, CollectionsMarshal.AsSpan(list));
        foreach ((BgpFamily family, List<IPNetwork> list) in withdraw)
            messages += WriteWithdrawals(output, family, CollectionsMarshal.AsSpan(list));
        return messages;
    }

    private int WriteAnnouncements(OutputBuffer output, BgpRoute attributes, ReadOnlySpan<IPNetwork> prefixes)
    {
        int messages = 0;
        for (; !prefixes.IsEmpty && output.HasRoomForUpdate; messages++)
        {
            output.Commit(UpdateWriter.WriteAnnouncement(
                output.Reserve(), _context!, attributes, prefixes, out int takenCount));
            foreach (IPNetwork prefix in prefixes[..takenCount])
            {
                _told[prefix] = _desired[prefix];
                _different.Remove(prefix);
                _batch.Add((prefix, true));
            }

            prefixes = prefixes[takenCount..];
        }

        return messages;
    }

    private int WriteWithdrawals(OutputBuffer output, BgpFamily family, ReadOnlySpan<IPNetwork> prefixes)
    {
        int messages = 0;
        for (; !prefixes.IsEmpty && output.HasRoomForUpdate; messages++)
        {
            output.Commit(UpdateWriter.WriteWithdrawal(output.Reserve(), family, prefixes, out int takenCount));
            foreach (IPNetwork prefix in prefixes[..takenCount])
            {
                _told.Remove(prefix);
                _different.Remove(prefix);
                _batch.Add((prefix, false));
            }

            prefixes = prefixes[takenCount..];
        }

        return messages;
    }

    private bool CanSend(BgpRoute route) =>
        _peer!.Accepts(BgpFamily.Of(route.Prefix)) && _context!.NextHopOf(route) is not null;

    private void CountUnsendable() =>
        UnsendableCount = _context is null ? 0 : _desired.Values.Count(route => !CanSend(route));

    private static List<IPNetwork> Bucket<TKey>(Dictionary<TKey, List<IPNetwork>> buckets, TKey key)
        where TKey : notnull
    {
        if (!buckets.TryGetValue(key, out List<IPNetwork>? list))
            buckets.Add(key, list = []);
        return list;
    }
}
