using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Drain;
using Hyperplane.Agent.Routing;

namespace Hyperplane.Agent.Runtime;

/// <summary>What there is to tell about a node, but for its counters; immutable.</summary>
public sealed record NodeStatus
{
    /// <summary>Before anything happened.</summary>
    public static NodeStatus Nothing { get; } = new();

    /// <summary>The version it runs; 0 when none.</summary>
    public ulong Version { get; init; }

    /// <summary>SHA-256 of what it runs; empty when nothing.</summary>
    public ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>The version it refused last; 0 when it runs the newest it saw.</summary>
    public ulong RefusedVersion { get; init; }

    /// <summary>Why; "" when nothing is refused.</summary>
    public string Refusal { get; init; } = "";

    /// <summary>Target groups that it sends some targets of nothing: no address to begin a tunnel at.</summary>
    public ImmutableArray<string> UnservedGroups { get; init; } = [];

    /// <summary>Whether it is asked to leave.</summary>
    public bool Draining { get; init; }

    /// <summary>How far it is on its way out.</summary>
    public DrainPhase Phase { get; init; }

    /// <summary>Whether the dataplane runs a model and all its threads beat.</summary>
    public bool Alive { get; init; }

    /// <summary>Whether its part of the cell's flow state is filled.</summary>
    public bool Filled { get; init; }

    /// <summary>The sessions with the routers.</summary>
    public ImmutableArray<PeerStatus> Peers { get; init; } = [];

    /// <summary>Prefixes sent to at least one Established router.</summary>
    public ImmutableArray<IPNetwork> Announced { get; init; } = [];

    /// <summary>The targets it checks, those that drain and those that nobody uses.</summary>
    public ImmutableArray<TargetStatus> Targets { get; init; } = [];

    /// <summary>Whether packets can come: a snapshot runs and a router listens.</summary>
    public bool Ready =>
        Version > 0 && Alive && Filled && Phase == DrainPhase.Serving && Peers.Any(p => p.IsEstablished);

    /// <summary>Whether nothing differs.</summary>
    public bool SameAs(NodeStatus other) =>
        Version == other.Version
        && Hash.Span.SequenceEqual(other.Hash.Span)
        && RefusedVersion == other.RefusedVersion
        && string.Equals(Refusal, other.Refusal, StringComparison.Ordinal)
        && (Draining, Phase, Alive, Filled) == (other.Draining, other.Phase, other.Alive, other.Filled)
        && Peers.SequenceEqual(other.Peers)
        && Announced.SequenceEqual(other.Announced)
        && UnservedGroups.SequenceEqual(other.UnservedGroups)
        && (Targets == other.Targets || Targets.SequenceEqual(other.Targets));
}
