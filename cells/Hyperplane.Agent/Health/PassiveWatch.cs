using System.Globalization;
using Hyperplane.Agent.Model;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Agent.Health;

/// <summary>Finds targets that clients' connections fail at, before the next probe does.</summary>
/// <remarks>
/// A target is told when, in the last 30 s, at least 10 connections from at least 2 clients were refused by it or not
/// answered within the half-open time of 10 s, and it answered none. A client cannot bring that about: whether it goes
/// on after the SYN-ACK, and over which path, counts for nothing. What is told is one node's vote, which the next probe
/// that succeeds takes back.
/// </remarks>
internal sealed class PassiveWatch
{
    /// <summary>How often to look.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Failures that are older do not count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    /// <summary>So many connections have to fail.</summary>
    public const int LeastFailures = 10;

    /// <summary>So many clients have to see it.</summary>
    public const int LeastClients = 2;

    private readonly Dictionary<ProbeKey, Mark> _marks = [];

    /// <summary>Looks once; gives the targets that fail, each once a window at most, and how many connections
    /// failed.</summary>
    /// <param name="model">Which groups are watched.</param>
    /// <param name="connects">By target, since the start.</param>
    /// <param name="now">Since any fixed moment.</param>
    public IReadOnlyList<(ProbeKey Key, string Received)> Look(
        NodeModel model, IReadOnlyDictionary<uint, ConnectCounters> connects, TimeSpan now)
    {
        var failing = new List<(ProbeKey Key, string Received)>();
        var watched = new HashSet<ProbeKey>();
        foreach (TargetGroup group in model.CheckedGroups.Where(group => group.PassiveChecks))
        {
            foreach (uint target in group.Targets.Where(target => !target.Draining).Select(target => target.Id))
            {
                if (!connects.TryGetValue(target, out ConnectCounters seen))
                    continue;
                var key = new ProbeKey(group.Id, target);
                watched.Add(key);
                if (Failures(key, seen, now) is var failures && failures >= LeastFailures
                    && seen.Clients >= LeastClients)
                {
                    _marks[key] = new Mark(seen, now);
                    failing.Add((key, string.Create(
                        CultureInfo.InvariantCulture,
                        $"{failures} in a row, of {seen.Clients} clients or more, were refused or not answered")));
                }
            }
        }

        foreach (ProbeKey key in _marks.Keys.Where(key => !watched.Contains(key)).ToList())
            _marks.Remove(key);
        return failing;
    }

    private int Failures(ProbeKey key, ConnectCounters seen, TimeSpan now)
    {
        if (!_marks.TryGetValue(key, out Mark mark) || now - mark.At >= Window)
            _marks[key] = mark = new Mark(seen, now);
        else if (seen.Answered != mark.Seen.Answered || seen.Failed < mark.Seen.Failed)
            _marks[key] = mark = new Mark(new ConnectCounters(seen.Answered, 0, 0), now);
        return seen.Failed - mark.Seen.Failed;
    }

    /// <summary>Where counting began.</summary>
    private readonly record struct Mark(ConnectCounters Seen, TimeSpan At);
}
