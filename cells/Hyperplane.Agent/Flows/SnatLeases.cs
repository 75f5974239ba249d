using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Hyperplane.Linux.Files;

namespace Hyperplane.Agent.Flows;

/// <summary>Which source ports a start of this node may give out, so that no two starts use one at the same
/// time.</summary>
/// <remarks>
/// A lease is a third of an address' ports (21 blocks of 1,024); where the node has addresses of both families, that
/// third of one of each. A start takes the lease that was used longest ago,
/// first of an address that no lease of is in quarantine; the flows of earlier starts, which other nodes carry on, keep
/// their ports, and the flow directory tells a start which ports of its lease they still have. Kept in <c>leases</c>, a
/// line each: address, part, when it was last known to be used (milliseconds since 1970). A damaged file means that
/// every lease was used just now.
/// </remarks>
public sealed class SnatLeases
{
    /// <summary>How long a lease rests after its last use: TIME-WAIT and a stamp's age.</summary>
    public static readonly TimeSpan Quarantine = TimeSpan.FromSeconds(75);

    /// <summary>How often a lease in use is stamped.</summary>
    public static readonly TimeSpan StampInterval = TimeSpan.FromSeconds(10);

    private const int Parts = 3;
    private const int FirstPort = 1_024;
    private const int PartPorts = 21_504;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Dictionary<(IPAddress Address, int Part), long> _usedAtMs = [];
    private readonly bool _isDamaged;
    private readonly long _openedMs;
    private (IPAddress Address, int Part)[] _taken = [];

    /// <summary>Reads what earlier starts left.</summary>
    /// <param name="directory">The agent's state directory.</param>
    /// <param name="time">The wall clock.</param>
    public SnatLeases(string directory, TimeProvider time)
    {
        (_path, _time) = (Path.Combine(directory, "leases"), time);
        _openedMs = NowMs;
        _isDamaged = !TryRead();
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes a lease for this start, on disk before it is used.</summary>
    /// <param name="addresses">This node's source addresses, at least one.</param>
    /// <param name="wasResting">Whether its quarantine is over; false when none was left: a port may meet its last
    /// user.</param>
    /// <exception cref="IOException">It cannot be kept on disk.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to write there.</exception>
    public SnatLease Take(ImmutableArray<IPAddress> addresses, out bool wasResting)
    {
        (IPAddress[] Addresses, int Part) best = Sets(addresses)
            .SelectMany(set => Enumerable.Range(0, Parts), (set, part) => (set, part))
            .OrderBy(lease => lease.set.All(address => IsResting((address, lease.part))) ? 0 : 1)
            .ThenBy(lease => lease.set.Any(IsQuarantined) ? 1 : 0)
            .ThenBy(lease => lease.set.Max(address => UsedAtMs((address, lease.part))))
            .First();
        wasResting = best.Addresses.All(address => IsResting((address, best.Part)));
        _taken = [.. best.Addresses.Select(address => (address, best.Part))];
        Stamp();
        int first = FirstPort + (best.Part * PartPorts);
        return new SnatLease([.. best.Addresses], (ushort)first, (ushort)(first + PartPorts - 1));
    }

    /// <summary>Whether an earlier start used a lease of this address too short ago: then this node does not announce
    /// it, so that any node may get its packets.</summary>
    public bool IsQuarantined(IPAddress address) =>
        Enumerable.Range(0, Parts).Any(part => !_taken.Contains((address, part)) && !IsResting((address, part)));

    /// <summary>Notes that the lease is in use.</summary>
    public void Stamp()
    {
        foreach ((IPAddress, int) taken in _taken)
            _usedAtMs[taken] = NowMs;
        var text = new StringBuilder();
        foreach (((IPAddress address, int part), long usedAtMs) in _usedAtMs.OrderBy(entry => entry.Value))
            text.Append(CultureInfo.InvariantCulture, $"{address} {part} {usedAtMs}\n");
        DurableFile.Replace(_path, Encoding.ASCII.GetBytes(text.ToString()));
    }

    /// <summary>One address of each family, as often as the longer list has one.</summary>
    private static IEnumerable<IPAddress[]> Sets(ImmutableArray<IPAddress> addresses)
    {
        IPAddress[][] families = [.. addresses.GroupBy(a => a.AddressFamily).Select(family => family.ToArray())];
        return Enumerable.Range(0, families.Max(family => family.Length))
            .Select(i => families.Select(family => family[i % family.Length]).ToArray());
    }

    private bool IsResting((IPAddress Address, int Part) lease) =>
        NowMs - UsedAtMs(lease) >= Quarantine.TotalMilliseconds;

    private long UsedAtMs((IPAddress Address, int Part) lease) =>
        // A clock that went back must not make a lease rest for long.
        Math.Min(_usedAtMs.GetValueOrDefault(lease, _isDamaged ? _openedMs : 0), NowMs);

    private bool TryRead()
    {
        try
        {
            if (!File.Exists(_path))
                return true;
            foreach (string line in File.ReadLines(_path))
            {
                string[] words = line.Split(' ');
                if (words.Length != 3 || !IPAddress.TryParse(words[0], out IPAddress? address)
                    || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int part)
                    || part >= Parts
                    || !long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out long usedAtMs))
                    return false;
                _usedAtMs[(address, part)] = usedAtMs;
            }
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
