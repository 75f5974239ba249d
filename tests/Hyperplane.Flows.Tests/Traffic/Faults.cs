using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>What goes wrong, or is changed, in a simulated cell; and what its nodes announce meanwhile.</summary>
/// <remarks>A fault that takes a node away waits until the cell has its records twice again: more deaths than copies
/// are no promise. Every fault says for how long frames may be lost.</remarks>
internal sealed class Faults(TrafficCell world)
{
    private const long MsNs = 1_000_000;
    private const long BatchingNs = 80 * MsNs;

    /// <summary>With the routers' batching, 90 ms: after that and the detection time every frame meets its
    /// owner.</summary>
    private const long ConvergenceNs = 10 * MsNs;

    /// <summary>A start may take less than the news of the death takes to nodes and routers.</summary>
    private const long ShortestAwayNs = 2 * MsNs;

    private const long LongestAwayNs = 4_000 * MsNs;

    private const long LongestUnpluggedNs = 8_000 * MsNs;

    private const long LongestReturnNs = 1_000 * MsNs;

    private const long BetweenDeathsNs = 2_000 * MsNs;

    private readonly HashSet<ushort> _announced = [];
    private readonly HashSet<ushort> _draining = [];
    private readonly HashSet<ushort> _absent = [];
    private readonly HashSet<ushort> _away = [];
    private long _lastDeathNs = long.MinValue / 2;
    private int _underWay;

    /// <summary>Whether all faults are over and all nodes are back.</summary>
    public bool AreOver => _underWay == 0 && IsWhole;

    private ushort[] Awake =>
        [
            .. world.Nodes.Values.Where(node =>
                node.IsRunning && !node.IsPaused && !world.Fabric.Unplugged.Contains(node.Id)).Select(node => node.Id),
        ];

    private bool IsWhole => world.Nodes.Values.All(node => _absent.Contains(node.Id) || IsReady(node));

    private SimulatedCell Cell => world.Cell;

    /// <summary>Starts the cell's first nodes.</summary>
    public void StartAll(bool joins)
    {
        if (joins)
        {
            _absent.Add((ushort)world.Nodes.Count);
            CellMember[] first = [.. Cell.Members.Take(world.Nodes.Count - 1)];
            foreach (ushort id in world.Nodes.Keys)
                Cell.TellMembers(id, first);
        }
        foreach (CellNode node in world.Nodes.Values)
        {
            node.Turned = AnnounceWhenReady;
            node.Slept = Wake;
            if (!_absent.Contains(node.Id))
                world.Start(node.Id);
        }
    }

    /// <summary>The absent node joins.</summary>
    public void Join()
    {
        ushort joiner = _absent.Single();
        _absent.Clear();
        world.Log($"node {joiner} joins");
        foreach (ushort id in world.Nodes.Keys)
            Cell.After(Cell.Chance.NextInt64(300 * MsNs), () => Cell.TellMembers(id, Cell.Members));
        Cell.After(Cell.Chance.NextInt64(300 * MsNs), () => world.Start(joiner));
    }

    /// <summary>One fault begins now, or as soon as it may.</summary>
    public void Begin(FaultKind kind)
    {
        _underWay++;
        bool takesNode = kind is FaultKind.Kill or FaultKind.Freeze or FaultKind.Drain or FaultKind.RollOut
            or FaultKind.Partition or FaultKind.KillInPartition or FaultKind.Unplug;
        // Of two nodes that do not see each other, each has the only copy of what it makes.
        int least = kind is FaultKind.KillInPartition or FaultKind.Unplug ? 3 : 2;
        BeginWhen(() => Awake.Length >= least && (!takesNode || MayLoseNode()), () => Do(kind));
    }

    private void BeginWhen(Func<bool> may, Action action)
    {
        if (may())
            action();
        else
            Cell.After(100 * MsNs, () => BeginWhen(may, action));
    }

    private void Do(FaultKind kind)
    {
        ushort[] running = Awake;
        ushort one = running[Cell.Chance.Next(running.Length)];
        ushort[] others = [.. running.Where(id => id != one)];
        ushort other = others[Cell.Chance.Next(others.Length)];
        world.Log($"fault: {kind} of node {one} (other {other})");
        switch (kind)
        {
            case FaultKind.Kill:
                Kill(one, DrawAwayNs(), End);
                break;
            case FaultKind.Freeze:
                Freeze(one, Cell.Chance.NextInt64(20 * MsNs, 1_000 * MsNs));
                break;
            case FaultKind.Partition:
                Part(one, other, Cell.Chance.NextInt64(300 * MsNs, 2_000 * MsNs));
                break;
            case FaultKind.MeshReset:
                world.Trouble(Cell.NowNs + (20 * MsNs));
                Cell.Reset(one, other);
                End();
                break;
            case FaultKind.SlowMesh:
                SlowMesh(one, other, Cell.Chance.NextInt64(MsNs, 100 * MsNs));
                break;
            case FaultKind.SlowCable:
                SlowCable(one, Cell.Chance.Next(2), Cell.Chance.NextInt64(MsNs, 100 * MsNs));
                break;
            case FaultKind.SlowNode:
                SlowNode(one, Cell.NowNs + Cell.Chance.NextInt64(200 * MsNs, 2_000 * MsNs));
                break;
            case FaultKind.Reshuffle:
                world.Trouble(Cell.NowNs + (20 * MsNs));
                world.Fabric.Routers[Cell.Chance.Next(2)].Reshuffle((ulong)Cell.Chance.NextInt64());
                End();
                break;
            case FaultKind.Drain:
                Drain(one, End);
                break;
            case FaultKind.ChangeTargets:
                world.ChangeTargets(
                    (uint)Cell.Chance.Next(1, 1 << TrafficCell.Targets), Cell.Chance.Next(1, TrafficCell.Targets + 1));
                End();
                break;
            case FaultKind.KillInPartition:
                // Somebody stays who sees both sides, or what is left of them.
                ushort[] mortal = running.Length > 3 ? running : [one, other];
                KillInPartition(one, other, mortal[Cell.Chance.Next(mortal.Length)]);
                break;
            case FaultKind.Unplug:
                Unplug(one, Cell.Chance.NextInt64(300 * MsNs, LongestUnpluggedNs));
                break;
            case FaultKind.RollOut:
                RollOut(new Queue<ushort>(world.Nodes.Keys.Where(id => !_absent.Contains(id))));
                break;
        }
    }

    private void End() => _underWay--;

    /// <summary>Half of all restarts are over before the routers heard of the death.</summary>
    private long DrawAwayNs() => Cell.Chance.NextInt64(
        ShortestAwayNs, Cell.Chance.Next(2) == 0 ? BatchingNs : LongestAwayNs);

    private bool IsReady(CellNode node) =>
        node is { IsRunning: true, IsPaused: false } && node.Directory.Directory.IsComplete
        && !world.Fabric.Unplugged.Contains(node.Id) && _announced.Contains(node.Id);

    /// <summary>All others have their records twice; one of five nodes may be away.</summary>
    private bool MayLoseNode()
    {
        CellNode[] present = [.. world.Nodes.Values.Where(node => !_absent.Contains(node.Id))];
        int gone = present.Count(node => !node.IsRunning || world.Fabric.Unplugged.Contains(node.Id));
        int ready = present.Count(IsReady);
        return ready + gone == present.Length && gone <= (present.Length >= 5 ? 1 : 0)
            && Cell.NowNs - _lastDeathNs >= BetweenDeathsNs;
    }

    private void Kill(ushort id, long awayNs, Action back)
    {
        _lastDeathNs = Cell.NowNs;
        _announced.Remove(id);
        _draining.Remove(id);
        world.Log($"node {id} dies");
        world.Trouble(Cell.NowNs + (10 * MsNs) + BatchingNs + ConvergenceNs);
        world.Nodes[id].Stop();
        Cell.Kill(id);
        ToldToRouters(id, default, Cell.Chance.NextInt64(MsNs, 10 * MsNs));
        Cell.After(awayNs, () =>
        {
            _lastDeathNs = Cell.NowNs;
            world.Start(id);
            back();
        });
    }

    private void Freeze(ushort id, long ns)
    {
        CellNode node = world.Nodes[id];
        ulong start = node.Directory.StartNumber;
        _lastDeathNs = Cell.NowNs;
        world.Log($"node {id} stands still for {ns / MsNs} ms");
        world.Trouble(Cell.NowNs + Math.Min(ns, SimulatedCell.DetectionNs) + BatchingNs + ConvergenceNs);
        Cell.Pause(id);
        Cell.After(SimulatedCell.DetectionNs - Cell.Chance.NextInt64(50 * MsNs), () =>
        {
            if (!node.IsPaused)
                return;
            _announced.Remove(id);
            ToldToRouters(id, default, 0);
        });
        Cell.After(ns, () =>
        {
            End();
            if (!node.IsRunning || node.Directory.StartNumber != start)
                return;
            world.Log($"node {id} goes on");
            world.Trouble(Cell.NowNs + BatchingNs + ConvergenceNs);
            node.Resume();
        });
    }

    /// <summary>The loop found that it stood still for longer than the detection time.</summary>
    private void Wake(CellNode node)
    {
        world.Log($"node {node.Id} finds that it slept");
        bool wasAnnounced = _announced.Remove(node.Id);
        node.Stop();
        Cell.Kill(node.Id);
        if (wasAnnounced)
            ToldToRouters(node.Id, default, 0);
        world.Trouble(Cell.NowNs + BatchingNs + ConvergenceNs);
        _lastDeathNs = Cell.NowNs;
        Cell.After(ShortestAwayNs, () => world.Start(node.Id));
    }

    private void Part(ushort left, ushort right, long ns)
    {
        _lastDeathNs = Cell.NowNs + ns;
        world.Trouble(Cell.NowNs + ns + (200 * MsNs));
        world.Cut(Cell.NowNs + ns);
        Cell.Partition(left, right);
        Cell.After(ns, () =>
        {
            world.Log($"nodes {left} and {right} see each other again");
            Cell.Heal(left, right);
            End();
        });
    }

    private void Unplug(ushort id, long ns)
    {
        ushort[] others = [.. world.Nodes.Keys.Where(other => other != id)];
        _lastDeathNs = Cell.NowNs;
        world.Trouble(Cell.NowNs + SimulatedCell.DetectionNs + BatchingNs + ConvergenceNs);
        world.Fabric.Unplugged.Add(id);
        foreach (ushort other in others)
            Cell.Partition(id, other);
        _announced.Remove(id);
        _away.Add(id);
        ToldToRouters(id, default, SimulatedCell.DetectionNs - Cell.Chance.NextInt64(50 * MsNs));
        Cell.After(ns, () =>
        {
            world.Log($"node {id} is plugged in again");
            world.Trouble(Cell.NowNs + (300 * MsNs));
            _lastDeathNs = Cell.NowNs;
            world.Fabric.Unplugged.Remove(id);
            foreach (ushort other in others.Except(world.Fabric.Unplugged))
                Cell.Heal(id, other);
            Cell.After(Cell.Chance.NextInt64(LongestReturnNs), () =>
            {
                _away.Remove(id);
                End();
            });
        });
    }

    private void KillInPartition(ushort left, ushort right, ushort victim)
    {
        long ns = Cell.Chance.NextInt64(300 * MsNs, 2_000 * MsNs);
        Part(left, right, ns);
        _underWay++;
        Cell.After(Cell.Chance.NextInt64(ns), () =>
        {
            if (world.Nodes[victim] is { IsRunning: true, IsPaused: false })
                Kill(victim, DrawAwayNs(), End);
            else
                End();
        });
    }

    private void SlowMesh(ushort left, ushort right, long extraNs)
    {
        long ns = Cell.Chance.NextInt64(200 * MsNs, 2_000 * MsNs);
        world.Trouble(Cell.NowNs + ns + (300 * MsNs));
        Cell.Slow(left, right, extraNs);
        Cell.After(ns, () =>
        {
            Cell.Slow(left, right, 0);
            End();
        });
    }

    private void SlowNode(ushort id, long untilNs)
    {
        CellNode node = world.Nodes[id];
        if (Cell.NowNs >= untilNs || !node.IsRunning || node.IsPaused)
        {
            End();
            return;
        }
        ulong start = node.Directory.StartNumber;
        long ns = Cell.Chance.NextInt64(MsNs, 40 * MsNs);
        world.Trouble(Cell.NowNs + ns + (300 * MsNs));
        Cell.Pause(id);
        Cell.After(ns, () =>
        {
            if (node.IsRunning && node.Directory.StartNumber == start)
                node.Resume();
            Cell.After(Cell.Chance.NextInt64(MsNs / 10, 10 * MsNs), () => SlowNode(id, untilNs));
        });
    }

    private void SlowCable(ushort node, int router, long extraNs)
    {
        long ns = Cell.Chance.NextInt64(200 * MsNs, 2_000 * MsNs);
        world.Trouble(Cell.NowNs + ns + (300 * MsNs));
        world.Fabric.Slow(node, router, extraNs);
        Cell.After(ns, () =>
        {
            world.Fabric.Slow(node, router, 0);
            End();
        });
    }

    private void Drain(ushort id, Action back)
    {
        CellNode node = world.Nodes[id];
        _lastDeathNs = Cell.NowNs;
        _draining.Add(id);
        world.Log($"node {id} drains");
        node.Directory.Directory.SetDraining(true);
        ToldToRouters(id, new Announcement(false, node.SnatBe), 0);
        Cell.After(1_000 * MsNs, () => ToldToRouters(id, default, 0));
        Cell.After(1_200 * MsNs, () => Kill(id, Cell.Chance.NextInt64(100 * MsNs, 2_000 * MsNs), back));
    }

    private void RollOut(Queue<ushort> left)
    {
        if (!left.TryDequeue(out ushort id))
        {
            End();
            return;
        }
        // Of a node whose cable is out routers hear nothing.
        if (world.Nodes[id].IsRunning && !world.Fabric.Unplugged.Contains(id))
            Drain(id, () => BeginWhen(MayLoseNode, () => RollOut(left)));
        else
            RollOut(left);
    }

    private void AnnounceWhenReady(CellNode node)
    {
        bool mayNot = _announced.Contains(node.Id) || _draining.Contains(node.Id) || _away.Contains(node.Id);
        if (mayNot || !node.Directory.Directory.Holds)
            return;
        _announced.Add(node.Id);
        world.Log($"node {node.Id} announces");
        ToldToRouters(node.Id, new Announcement(true, node.SnatBe), 0);
    }

    private void ToldToRouters(ushort id, Announcement announcement, long afterNs)
    {
        foreach (Router router in world.Fabric.Routers)
        {
            long ns = router.InEffectNs(id, Cell.NowNs + afterNs + Cell.Chance.NextInt64(BatchingNs));
            world.Trouble(ns + ConvergenceNs);
            Cell.At(ns, () =>
            {
                router.Set(id, announcement);
                world.Log($"a router takes node {id} as {announcement}");
            });
        }
    }
}
