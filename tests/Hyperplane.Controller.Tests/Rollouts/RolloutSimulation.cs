using Hyperplane.Controller.Contracts.Snapshots;
using Hyperplane.Controller.Rollouts;

namespace Hyperplane.Controller.Tests.Rollouts;

/// <summary>A cell under several controllers, step by step of a tenth of a second; time and chance are the
/// seed's.</summary>
/// <remarks>A bad version is refused by every node, or kills every node that runs it.</remarks>
internal sealed class RolloutSimulation
{
    public const int TicksPerSecond = 10;
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Random _random;
    private readonly RolloutLimits _limits = new(TimeSpan.FromSeconds(5));
    private readonly Dictionary<ulong, string> _kinds = [];
    private readonly RolloutProgress[] _controllers;
    private RolloutProgress _stored = RolloutProgress.None;
    private int _tick;

    public RolloutSimulation(int seed)
    {
        _random = new Random(seed);
        Nodes = [.. Enumerable.Range(1, _random.Next(1, 7)).Select(id => new SimulatedNode(id))];
        _controllers = [.. Enumerable.Repeat(RolloutProgress.None, _random.Next(1, 4))];
        Run(1);
    }

    public List<SimulatedNode> Nodes { get; }

    public ulong Version { get; private set; } = 1;

    public ulong Turn { get; private set; }

    public RolloutPhase Phase { get; private set; }

    /// <summary>How many nodes at most ran a bad version at once that came from a turn.</summary>
    public int Victims { get; private set; }

    public int Next(int most) => _random.Next(most);

    /// <summary>Makes a version: "good", "refused", "deadly"; an addition keeps the turn.</summary>
    public void Make(string kind, bool isAddition = false)
    {
        Version++;
        _kinds[Version] = kind;
        if (!isAddition)
            Turn = Version;
        Victims = 0;
    }

    /// <summary>Lets some seconds pass.</summary>
    public void Run(int seconds)
    {
        for (int end = _tick + (seconds * TicksPerSecond); _tick < end; _tick++)
        {
            foreach (SimulatedNode node in Nodes)
                Act(node);
            // Whichever controller comes first takes the step; the others hear of it sooner or later, or begin anew.
            Step();
            int reader = _random.Next(_controllers.Length);
            _controllers[reader] = _random.Next(200) == 0 ? RolloutProgress.None : _controllers[reader].Merge(_stored);
        }
    }

    private DateTimeOffset Now => Begin + TimeSpan.FromSeconds((double)_tick / TicksPerSecond);

    private void Act(SimulatedNode node)
    {
        if (node.Dead)
            return;
        if (_tick >= node.NextAsk)
        {
            node.NextAsk = _tick + 1 + (node.Slowness * TicksPerSecond);
            RolloutProgress seen = _controllers[_random.Next(_controllers.Length)];
            if (node.Running != Version && RolloutRules.MayHave(
                Turn, seen.Proven, seen.Offers.GetValueOrDefault(node.Id), node.Accepted))
                Take(node);
        }

        if (node.Dead)
            return;
        if (_tick % TicksPerSecond == node.Id % TicksPerSecond || node.Row.Running != node.Running)
            node.Row = node.Row with
            {
                ReportedAt = Now,
                Draining = node.Draining,
                Announces = !node.Draining,
                Running = node.Running,
                Refused = node.Refused,
                Refusal = node.Refused > 0 ? "bad" : null,
            };
    }

    private void Take(SimulatedNode node)
    {
        string kind = _kinds.GetValueOrDefault(Version, "good");
        if (kind == "refused")
        {
            node.Refused = Version;
            return;
        }

        node.Take(Version);
        if (kind != "deadly")
            return;
        node.Dead = true;
        Victims++;
    }

    private void Step()
    {
        var facts = new RolloutFacts(Version, Turn, _stored.Proven, [.. Nodes.Select(node => node.Row)]);
        RolloutStep step = RolloutRules.Decide(facts, _limits, Now);
        Phase = step.Phase;
        if (step.Next is { } next)
        {
            SimulatedNode node = Nodes.Single(one => one.Id == next.Id);
            node.Row = node.Row with
            {
                Offered = Version,
                OfferedAt = Now,
                WaitingSince = node.Row.Running >= node.Row.Offered ? Now : node.Row.WaitingSince,
            };
        }

        _stored = _stored.Merge(new RolloutProgress(
            step.Phase == RolloutPhase.Done ? Math.Max(_stored.Proven, Version) : _stored.Proven,
            System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(
                Nodes.Where(node => node.Row.Offered > 0), node => node.Id, node => node.Row.Offered)));
    }
}
