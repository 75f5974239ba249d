using System.Collections.Immutable;
using Hyperplane.Agent.Drain;
using Hyperplane.Agent.Routing;
using Hyperplane.Agent.Runtime;

namespace Hyperplane.Agent.Hosting;

/// <summary>What the agent prints about its own changes, a line each, for people and scripts that wait for
/// them.</summary>
/// <remarks><c>version 7</c>, <c>refused 8: why</c>, <c>not served: what and why</c>,
/// <c>peer 10.0.0.1 Established</c>, <c>announced 5 prefixes</c>,
/// <c>drain Shutting</c>, <c>ready</c>, <c>not ready</c>.</remarks>
public static class StatusLines
{
    private const int NamedGroups = 10;

    /// <summary>The lines between two states.</summary>
    public static IEnumerable<string> Between(NodeStatus before, NodeStatus after)
    {
        if (after.Version != before.Version)
            yield return $"version {after.Version}";
        if (after.RefusedVersion != 0
            && (after.RefusedVersion != before.RefusedVersion
                || !string.Equals(after.Refusal, before.Refusal, StringComparison.Ordinal)))
            yield return $"refused {after.RefusedVersion}: {after.Refusal}";
        if (!after.UnservedGroups.SequenceEqual(before.UnservedGroups))
            yield return after.UnservedGroups.IsEmpty
                ? "serves all targets"
                : $"not served: IPv6 targets of {Some(after.UnservedGroups)}: this node has no IPv6 address to begin "
                    + "tunnels at; give it one (lbctl node put … --ipv6-address A)";
        foreach (PeerStatus peer in after.Peers)
        {
            PeerStatus? old = before.Peers.FirstOrDefault(p => p.Address.Equals(peer.Address));
            if (!string.Equals(old?.State, peer.State, StringComparison.Ordinal))
                yield return $"peer {peer.Address} {peer.State}{Why(peer)}";
        }

        if (after.Announced.Length != before.Announced.Length)
            yield return $"announced {after.Announced.Length} prefixes";
        if (after.Phase != before.Phase)
            yield return after.Phase == DrainPhase.Serving ? "drain ended" : $"drain {after.Phase}";
        if (after.Ready != before.Ready)
            yield return after.Ready ? "ready" : "not ready";
    }

    private static string Some(ImmutableArray<string> groups) =>
        string.Join(", ", groups.Take(NamedGroups))
        + (groups.Length > NamedGroups ? $" and {groups.Length - NamedGroups} more" : "");

    private static string Why(PeerStatus peer) =>
        peer.IsEstablished || peer.LastError.Length == 0 ? "" : $" ({peer.LastError})";
}
