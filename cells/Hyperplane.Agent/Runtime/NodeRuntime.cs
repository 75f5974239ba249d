using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;
using Hyperplane.Agent.Drain;
using Hyperplane.Agent.FlowLogs;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Model;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Model;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Runtime;

/// <summary>One node: runs a snapshot, follows the health of its targets, announces what it can forward, leaves in
/// order.</summary>
/// <remarks>All state changes under one gate, by <see cref="ApplyAsync"/> and <see cref="StepAsync"/>. Nothing is
/// announced that the dataplane has not applied, and nothing at all while it does not beat.</remarks>
public sealed class NodeRuntime : IAsyncDisposable
{
    /// <summary>How often time alone may move something: heartbeat, drain.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>A dataplane that is out for longer does not come back; the agent ends and is started anew.</summary>
    public static readonly TimeSpan FaultPatience = TimeSpan.FromSeconds(5);

    /// <summary>What targets answer is told at least so often, when it changed.</summary>
    public static readonly TimeSpan TargetsPause = TimeSpan.FromSeconds(5);

    // Thousands of targets that change one after another take a tenth of the time, not all of it: a model is made anew
    // for each change that is followed.
    private const int PauseForHealth = 9;
    private static readonly TimeSpan LongestHealthPause = TimeSpan.FromMilliseconds(500);

    private readonly INodeParts _parts;
    private readonly string _node;
    private readonly ImmutableArray<IPAddress> _gateways;
    private readonly DrainTimes _times;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly DrainSequence _drain;
    private readonly RouteWithdrawals _withdrawals;
    private readonly FlowEndings _endings = new();
    private readonly PassiveWatch _connections = new();
    private readonly long _origin;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _reading = new();
    private readonly Channel<byte> _wake = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan? _faultySince;
    private TimeSpan _healthDue;
    private TimeSpan _targetsDue;
    private TimeSpan _connectsDue;
    private RunningParts? _running;
    private NodeModel? _model;
    private DataplaneModel? _applied;
    private ulong _lonelyTold;
    private int _healthChanged;
    private volatile bool _stop;
    private bool _closed;

    /// <summary>Starts nothing yet: the first snapshot tells who this node is.</summary>
    public NodeRuntime(
        INodeParts parts, string node, ImmutableArray<IPAddress> gateways, DrainTimes times, StatusBoard board,
        TimeProvider time, ILogger log)
    {
        (_parts, _node, _gateways, _times, Board, _time, _log) = (parts, node, gateways, times, board, time, log);
        _drain = new DrainSequence(times);
        _withdrawals = new RouteWithdrawals(times.LongestShutting);
        _origin = time.GetTimestamp();
    }

    /// <summary>What there is to tell.</summary>
    public StatusBoard Board { get; }

    /// <summary>Told of each snapshot before it runs; null: nothing is logged.</summary>
    public FlowLogNames? FlowLogNames { get; init; }

    /// <summary>Ends when a requested stop has drained the node.</summary>
    public Task Left => _left.Task;

    /// <summary>Fails with <see cref="PartException"/> or <see cref="NoDataplaneException"/> when the node cannot go on
    /// in this process, with
    /// <see cref="SleptException"/> when it can, but under a new incarnation.</summary>
    public Task Lost => _lost.Task;

    /// <summary>What runs; null before the first snapshot.</summary>
    public Snapshot? RunningSnapshot => _model?.Snapshot;

    /// <summary>The dataplane's counters; null before the first snapshot.</summary>
    public DataplaneCounters? ReadCounters()
    {
        lock (_reading)
            return _running?.Dataplane.ReadCounters();
    }

    /// <summary>The counters of flow state and of health checks, by name; empty before the first snapshot.</summary>
    public IReadOnlyList<KeyValuePair<string, ulong>> ReadPartCounters()
    {
        lock (_reading)
            return _running is { } parts ? [.. parts.Flows.ReadCounters(), .. parts.Health.ReadCounters()] : [];
    }

    /// <summary>Begins to leave for good.</summary>
    public void RequestStop()
    {
        _stop = true;
        Wake();
    }

    /// <summary>Notes that a snapshot was refused.</summary>
    public void NoteRefusal(ulong version, string reason)
    {
        NodeStatus status = Board.Current;
        if (status.RefusedVersion != version || !string.Equals(status.Refusal, reason, StringComparison.Ordinal))
            AgentLog.Refused(_log, version, reason);
        Board.Update(s => s with { RefusedVersion = version, Refusal = reason });
    }

    /// <summary>Notes that what runs is what is wanted: an older refusal is history.</summary>
    public void NoteUnchanged() => Board.Update(s => s with { RefusedVersion = 0, Refusal = "" });

    /// <summary>Runs a validated snapshot; null, or why this node cannot, and the old one goes on.</summary>
    public async Task<string?> ApplyAsync(Snapshot snapshot, ReadOnlyMemory<byte> hash)
    {
        NodeModel model = NodeModel.From(snapshot, _node, _gateways);
        await _gate.WaitAsync();
        try
        {
            if (_closed)
                return "the node ends";
            if (_parts.PrepareKernel(model.OwnPrefixes, model.ProbeAddresses) is { } problem)
                return problem;
            RunningParts running = await EnsurePartsAsync(model);
            running.Votes.SetModel(model);
            IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts = running.Votes.Follow(running.Health.Read(), NowMs);
            DataplaneModel wanted =
                model.ToDataplane(verdicts, running.Lease.Addresses, null, _endings.Read(model, verdicts, Now));
            FlowLogNames?.Use(snapshot);
            if (running.Dataplane.Apply(wanted) is { } refusal)
            {
                if (_model is { } old)
                    running.Votes.SetModel(old);
                return $"the dataplane refuses it: {refusal}";
            }

            (_model, _applied) = (model, wanted);
            running.Flows.SetMembers(model.Members);
            running.Health.Set(model.CheckedGroups, model.ProbeAddresses);
            Board.Update(s => s with
            {
                Version = model.Version,
                Hash = hash,
                RefusedVersion = 0,
                Refusal = "",
                UnservedGroups = model.UnservedGroups,
                Targets = TargetStates.From(model, verdicts, _endings.Pending),
            });
            Step(running, model);
            return null;
        }
        catch (PartException e)
        {
            return e.Message;
        }
        catch (NoDataplaneException e)
        {
            Board.Update(s => s with { RefusedVersion = snapshot.Version, Refusal = e.Message });
            _lost.TrySetException(e);
            return e.Message;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Does what time, health and the routers' sessions ask for.</summary>
    public async Task StepAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_running is { } running && _model is { } model)
                Step(running, model);
            else if (_stop)
                _left.TrySetResult();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Steps at every change and every tick until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using ITimer timer = _time.CreateTimer(_ => Wake(), null, TimeSpan.Zero, Tick);
        await foreach (byte _ in _wake.Reader.ReadAllAsync(cancellationToken))
            await StepAsync();
    }

    /// <summary>Says goodbye to the routers and stops all parts, for good.</summary>
    public async Task CloseAsync(string reason)
    {
        await _gate.WaitAsync();
        try
        {
            _closed = true;
            if (Detach() is { } running)
                await running.CloseAsync(reason);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Detach() is { } running)
            await running.DisposeAsync();
        _gate.Dispose();
    }

    /// <summary>Nobody reads counters of parts that end.</summary>
    private RunningParts? Detach()
    {
        lock (_reading)
        {
            RunningParts? running = _running;
            _running = null;
            return running;
        }
    }

    private void Step(RunningParts running, NodeModel model)
    {
        WatchConnections(running, model);
        (long nowMs, bool isDue) = (NowMs, Now >= _targetsDue);
        bool voted = running.Votes.Turn(nowMs, isDue);
        if (voted)
            Volatile.Write(ref _healthChanged, 1);
        if (Now >= _healthDue && (Interlocked.Exchange(ref _healthChanged, 0) == 1 || _endings.IsDue(Now)))
            FollowHealth(running, model);
        else if (isDue)
            TellTargets(model, running.Votes.Follow(running.Health.Read(), nowMs));
        bool alive = WatchDataplane(running.Dataplane);
        bool wanted = _stop || (model.Draining && MayLeave(model));
        ulong packets = wanted ? ForwardPackets(running.Dataplane.ReadCounters()) : 0;
        // The others may claim our flows before a router sends them the first packet.
        running.Flows.SetDraining(wanted);
        running.Flows.Tick();
        DrainPhase before = _drain.Phase;
        _drain.Advance(wanted, running.Speaker.Announced.Length > 0, packets, _time.GetElapsedTime(_origin));
        if (_drain.Phase != before)
            AgentLog.DrainPhaseChanged(_log, _drain.Phase);
        ImmutableArray<NodeRoute> routes = _withdrawals.Select(model.Routes, Now);
        running.Announce(alive && running.Flows.Holds ? [.. _drain.Select(routes).Where(IsFree)] : []);
        Board.Update(s => s with
        {
            Draining = wanted || model.Draining,
            Phase = _drain.Phase,
            Alive = alive,
            Filled = running.Flows.Holds,
            Peers = running.Speaker.Peers,
            Announced = running.Speaker.Announced,
        });
        if (_stop && _drain.Phase == DrainPhase.Drained)
            _left.TrySetResult();

        bool IsFree(NodeRoute route) =>
            route.Kind != RouteKind.Snat || !running.Flows.IsQuarantined(route.Prefix.BaseAddress);
    }

    private void WatchConnections(RunningParts running, NodeModel model)
    {
        if (Now < _connectsDue)
            return;
        _connectsDue = Now + PassiveWatch.Pause;
        if (!model.CheckedGroups.Any(group => group.PassiveChecks))
            return;
        foreach ((ProbeKey key, string received) in
            _connections.Look(model, running.Dataplane.ReadCounters().Connects, Now))
            running.Health.OnConnectionsFailed(key, "clients' TCP connections", received);
    }

    private bool WatchDataplane(IDataplane dataplane)
    {
        string? fault = dataplane.Fault;
        TimeSpan now = _time.GetElapsedTime(_origin);
        if (dataplane.Slept)
            _lost.TrySetException(new SleptException(fault ?? "the node slept"));
        if (fault is null)
        {
            if (_faultySince is not null)
                AgentLog.DataplaneMended(_log);
            _faultySince = null;
            return true;
        }

        if (_faultySince is null)
            AgentLog.DataplaneStalled(_log, fault);
        _faultySince ??= now;
        if (now - _faultySince >= FaultPatience)
            _lost.TrySetException(new PartException($"the dataplane is lost: {fault}"));
        return false;
    }

    private void FollowHealth(RunningParts running, NodeModel model)
    {
        TimeSpan began = Now;
        IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts = running.Votes.Follow(running.Health.Read(), NowMs);
        DataplaneModel wanted = model.ToDataplane(
            verdicts, running.Lease.Addresses, _applied, _endings.Read(model, verdicts, Now));
        if (running.Dataplane.Apply(wanted) is { } refusal)
            AgentLog.HealthNotApplied(_log, model.Version, refusal);
        else
            _applied = wanted;
        TellTargets(model, verdicts);
        TimeSpan pause = (Now - began) * PauseForHealth;
        _healthDue = Now + (pause < LongestHealthPause ? pause : LongestHealthPause);
    }

    /// <summary>Now and then also when no state changed: what targets answer may have.</summary>
    private void TellTargets(NodeModel model, IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts)
    {
        _targetsDue = Now + TargetsPause;
        ImmutableArray<TargetStatus> targets = TargetStates.From(model, verdicts, _endings.Pending);
        Board.Update(s => s with { Targets = targets });
    }

    private bool MayLeave(NodeModel model)
    {
        if (model.LonelyShards.IsEmpty)
            return true;
        if (_lonelyTold != model.Version)
            AgentLog.StaysAlone(_log, string.Join(", ", model.LonelyShards));
        _lonelyTold = model.Version;
        return false;
    }

    private async Task<RunningParts> EnsurePartsAsync(NodeModel model)
    {
        NodeIdentity identity = model.Identity;
        if (_running is { } old)
        {
            if (old.Identity == identity && old.Lease.Serves(model.SnatAddresses))
                return old;
            (_model, _applied) = (null, null);
            Detach();
            await old.CloseAsync("node has a new identity");
        }

        AgentLog.PartsStart(_log, identity.Id, identity.Address);
        _running = await RunningParts.StartAsync(_parts, model, Wake, WakeForHealth, _times.Close, _time, _log);
        return _running;
    }

    private static ulong ForwardPackets(DataplaneCounters counters) =>
        counters.Listeners.Values.Aggregate(0UL, (sum, c) => sum + c.PacketsIn);

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    private long NowMs => (long)Now.TotalMilliseconds;

    private void WakeForHealth()
    {
        Volatile.Write(ref _healthChanged, 1);
        Wake();
    }

    private void Wake() => _wake.Writer.TryWrite(0);
}
