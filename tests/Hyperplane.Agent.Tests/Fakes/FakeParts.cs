using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Flows;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Routing;
using Hyperplane.Agent.Runtime;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Agent.Tests.Fakes;

/// <summary>Parts that only remember, in one journal, what they were told.</summary>
internal sealed class FakeParts : INodeParts
{
    private readonly Lock _gate = new();
    private readonly List<string> _journal = [];

    public FakeDataplane Dataplane { get; private set; } = null!;

    public FakeFlowState Flows { get; private set; } = null!;

    public FakeSpeaker Speaker { get; private set; } = null!;

    public FakeHealth Health { get; private set; } = null!;

    public FlowLogQueue? FlowLog { get; set; }

    public string? KernelProblem { get; set; }

    public string? ModelRefusal { get; set; }

    /// <summary>Called while the routers are told goodbye.</summary>
    public Action WhileClosing { get; set; } = () => { };

    public bool DataplaneDoesNotStart { get; set; }

    public bool AliveAtStart { get; set; } = true;

    public bool HoldsAtStart { get; set; } = true;

    public bool PeersEstablished { get; set; } = true;

    public IReadOnlyList<string> Journal
    {
        get
        {
            lock (_gate)
                return [.. _journal];
        }
    }

    public void Note(string line)
    {
        lock (_gate)
            _journal.Add(line);
    }

    public string? PrepareKernel(ImmutableArray<IPNetwork> ownPrefixes, ImmutableArray<IPAddress> probeAddresses)
    {
        Note($"kernel {string.Join(' ', ownPrefixes)} probe {string.Join(' ', probeAddresses)}");
        return KernelProblem;
    }

    public IFlowState MakeFlows(NodeIdentity identity, Action onChange) =>
        Flows = new FakeFlowState(this, onChange);

    public IDataplane StartDataplane(NodeIdentity identity, FlowExchange? exchange, SnatLease lease)
    {
        Note($"dataplane start {identity.Id}");
        return DataplaneDoesNotStart
            ? throw new PartException("the dataplane does not start: no interface", new IOException())
            : Dataplane = new FakeDataplane(this) { IsAlive = AliveAtStart };
    }

    public IRouteSpeaker StartSpeaker(NodeIdentity identity, Action onChange)
    {
        Note($"speaker start {identity.Address}");
        return Speaker = new FakeSpeaker(this, onChange);
    }

    public IHealthChecker StartHealth(Action onChange) => Health = new FakeHealth(this, onChange);
}

internal sealed class FakeDataplane(FakeParts parts) : IDataplane
{
    private volatile bool _alive = true;

    public bool Slept { get; set; }

    public DataplaneModel? Model { get; private set; }

    public List<DataplaneModel> Models { get; } = [];

    public ulong PacketsIn { get; set; }

    public bool IsAlive
    {
        get => _alive;
        set => _alive = value;
    }

    public string? Fault => IsAlive ? null : "the pipeline thread has not beaten for 900 ms";

    public string? Apply(DataplaneModel model)
    {
        parts.Note($"apply {model.Version}");
        OnApply?.Invoke();
        if (parts.ModelRefusal is { } refusal)
            return refusal;
        Model = model;
        Models.Add(model);
        return null;
    }

    public DataplaneCounters ReadCounters() => new(
        [.. Enumerable.Range(0, Enum.GetValues<PacketCounter>().Length).Select(i => (ulong)i * 100)],
        new Dictionary<uint, FlowCounters> { [11] = new FlowCounters(1, 2, PacketsIn, 4, 5, 6) },
        new Dictionary<uint, FlowCounters>())
    {
        Connects = Connects,
    };

    public Action? OnApply { get; set; }

    public Dictionary<uint, ConnectCounters> Connects { get; } = [];

    public void Dispose() => parts.Note("dataplane end");
}

internal sealed class FakeSpeaker(FakeParts parts, Action onChange) : IRouteSpeaker
{
    public ImmutableArray<NodeRoute> Routes { get; private set; } = [];

    public ImmutableArray<PeerStatus> Peers =>
    [
        parts.PeersEstablished
            ? new PeerStatus(IPAddress.Parse("10.10.1.1"), "Established", "", Routes.Length)
            : new PeerStatus(IPAddress.Parse("10.10.1.1"), "Active", "", 0),
    ];

    public ImmutableArray<IPNetwork> Announced => parts.PeersEstablished ? [.. Routes.Select(r => r.Prefix)] : [];

    public void Change() => onChange();

    public void Set(ImmutableArray<NodeRoute> routes)
    {
        Routes = routes;
        parts.Note("routes " + string.Join(' ', routes.Select(r => r.Prefix + (r.GracefulShutdown ? "!" : ""))));
        onChange();
    }

    public void OnLost(IPAddress router) => parts.Note($"lost {router}");

    public Task CloseAsync(string reason, CancellationToken cancellationToken)
    {
        parts.Note($"cease {reason}");
        parts.WhileClosing();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        parts.Note("speaker end");
        return ValueTask.CompletedTask;
    }
}

internal sealed class FakeHealth(FakeParts parts, Action onChange) : IHealthChecker
{
    private volatile ImmutableDictionary<ProbeKey, ProbeVerdict> _verdicts =
        ImmutableDictionary<ProbeKey, ProbeVerdict>.Empty;

    public ImmutableArray<TargetGroup> Groups { get; private set; } = [];

    public ImmutableArray<IPAddress> Sources { get; private set; } = [];

    public void Set(ImmutableArray<TargetGroup> groups, ImmutableArray<IPAddress> sources) =>
        (Groups, Sources) = (groups, sources);

    public void OnConnectionsFailed(ProbeKey target, string sent, string received) =>
        parts.Note($"connections of {target.TargetId} failed: {received}");

    public IReadOnlyDictionary<ProbeKey, ProbeVerdict> Read() => _verdicts;

    public IReadOnlyList<KeyValuePair<string, ulong>> ReadCounters() => [new("health_probes_late", 3)];

    public void Judge(uint group, uint target, ProbeState state, string reason = "", string detail = "")
    {
        _verdicts = _verdicts.SetItem(new ProbeKey(group, target), new ProbeVerdict(state, reason, detail));
        onChange();
    }

    public ValueTask DisposeAsync()
    {
        parts.Note("health end");
        return ValueTask.CompletedTask;
    }
}
