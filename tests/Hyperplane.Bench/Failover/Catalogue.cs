namespace Hyperplane.Bench.Failover;

/// <summary>The faults, and a control run without one.</summary>
internal static class Catalogue
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(5);
    private static readonly FaultAims Crash = new(120, 300, 700);
    private static readonly FaultAims Silence = new(240, 300, 700);
    private static readonly FaultAims Planned = new(50, 50, 50);

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("control", "nothing happens: what the machine itself does", 3, 0, static (_, _) => Task.Delay(Short)),
        new("kill", "the agent is killed; started again once flows go on", 3, 1, Kill)
            { Heal = Start, Lasts = true, Aims = Crash },
        new("freeze", "the agent is stopped for 2 s", 3, 1, Freeze) { Heal = Thaw, Aims = Silence },
        new("unplug", "the node is cut off for 2 s", 3, 1, Unplug) { Heal = Plug, Aims = Silence },
        new("drain", "the node is drained, then taken back", 3, 1, Drain)
            { Heal = Undrain, Lasts = true, Aims = Planned },
        new("restart", "the agent is asked to end, then started again", 3, 1, Stop)
            { Heal = Start, Lasts = true, Aims = Planned },
        new("add", "a node that was never there joins", 3, 1, Join) { Prepare = Remove, Lasts = true },
        new("targets", "the agent is killed while all targets are exchanged", 3, 1, KillAndExchange)
            { Prepare = FirstHalf, Heal = StartAndRestore, Lasts = true, Aims = Crash },
        new("holders", "agents are killed 5 s apart: holders of a flow's record, then its owner", 5, 3, KillEach)
            { Heal = Start, Lasts = true, Aims = Crash },
        new("two", "two agents are killed 5 s apart", 5, 2, KillEach) { Heal = Start, Lasts = true, Aims = Crash },
    ];

    private static Task Kill(FailoverCell cell, IReadOnlyList<string> nodes) => Do(cell, nodes, "kill");

    private static async Task Freeze(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        await Do(cell, nodes, "freeze");
        await Task.Delay(Short);
    }

    private static Task Thaw(FailoverCell cell, IReadOnlyList<string> nodes) => Do(cell, nodes, "thaw");

    private static async Task Unplug(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        await Do(cell, nodes, "unplug");
        await Task.Delay(Short);
    }

    private static Task Plug(FailoverCell cell, IReadOnlyList<string> nodes) => Do(cell, nodes, "plug");

    private static async Task KillEach(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        foreach ((int index, string node) in nodes.Index())
        {
            if (index > 0)
                await Task.Delay(Refill);
            cell.Region.Fault("kill", node);
        }
    }

    private static Task Start(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        foreach (string node in nodes)
            cell.Region.Lab("start", node);
        return Task.CompletedTask;
    }

    private static Task Stop(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        foreach (string node in nodes)
            cell.Region.Lab("stop", node);
        return Task.CompletedTask;
    }

    private static async Task Drain(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        foreach (string node in nodes)
            cell.Region.Operator("node", "drain", node, "--cell", FailoverCell.Cell);
        await cell.UntilGone(nodes);
    }

    private static Task Undrain(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        foreach (string node in nodes)
            cell.Region.Operator("node", "undrain", node, "--cell", FailoverCell.Cell);
        return Task.CompletedTask;
    }

    private static async Task Remove(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        await Stop(cell, nodes);
        await cell.UntilGone(nodes);
        foreach (string node in nodes)
            cell.Forget(node);
    }

    private static async Task Join(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        await Start(cell, nodes);
        await cell.UntilAllBack();
    }

    private static async Task FirstHalf(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        cell.Deregister(FailoverCell.SecondHalf);
        await cell.UntilApplied();
    }

    private static Task KillAndExchange(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        cell.Register(FailoverCell.SecondHalf);
        Task killed = Do(cell, nodes, "kill");
        cell.Deregister(FailoverCell.FirstHalf);
        return killed;
    }

    private static Task StartAndRestore(FailoverCell cell, IReadOnlyList<string> nodes)
    {
        cell.Register(FailoverCell.FirstHalf);
        return Start(cell, nodes);
    }

    private static Task Do(FailoverCell cell, IReadOnlyList<string> nodes, string fault)
    {
        foreach (string node in nodes)
            cell.Region.Fault(fault, node);
        return Task.CompletedTask;
    }
}
