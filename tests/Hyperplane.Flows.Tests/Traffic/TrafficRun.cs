using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>One seed from start to end: traffic, faults, then quiet, and what must be true all along and at the
/// end.</summary>
internal sealed class TrafficRun(TrafficCell world)
{
    private const long MsNs = 1_000_000;
    private const long SettledNs = 1_300 * MsNs;
    private const long TrafficNs = 6_000 * MsNs;
    private const long LastFaultNs = 4_500 * MsNs;
    private const long GiveUpNs = 90_000 * MsNs;
    private const long CheckNs = 500 * MsNs;
    private const int Strays = 4;
    private const long LongestHoldSeconds = 65;
    private const long RecordSeconds = 120;

    private readonly Scenario _scenario = world.Scenario;
    private readonly Random _chance = new(world.Scenario.Seed);

    /// <summary>Runs a seed; what was wrong, with all events when that is asked for.</summary>
    public static TrafficCell Play(int seed, bool isLogged = false)
    {
        var world = new TrafficCell(Scenario.Draw(seed), isLogged);
        try
        {
            new TrafficRun(world).Run();
        }
        catch (Exception bug)
        {
            // So that the seed is named.
            world.Violate(bug.ToString());
        }
        return world;
    }

    private void Run()
    {
        world.Faults.StartAll(_scenario.Joins);
        long beginNs = world.Cell.NowNs + SettledNs;
        PlanTraffic(beginNs);
        foreach (FaultKind kind in _scenario.Faults)
            world.Cell.At(beginNs + _chance.NextInt64(LastFaultNs), () => world.Faults.Begin(kind));
        if (_scenario.Joins)
            world.Cell.At(beginNs + _chance.NextInt64(LastFaultNs), world.Faults.Join);
        world.Cell.RunFor(SettledNs + TrafficNs);
        bool isOver = world.Cell.RunUntil(() => IsOver, GiveUpNs, 100 * MsNs);
        if (world.Violations.Count > 0)
            return;
        if (isOver)
            CheckTheEnd();
        else if (!world.Faults.AreOver || world.UnderWay.Any())
            world.Violate($"the faults or the traffic do not end: {string.Join(", ", world.UnderWay)}");
    }

    private bool IsOver => world.Violations.Count > 0 || (world.IsTrafficOver && world.Faults.AreOver);

    private void PlanTraffic(long beginNs)
    {
        for (int i = 0; i < _scenario.Connections; i++)
        {
            world.AddClient(i);
            FlowKey key = Key(i, TrafficModel.Ports(i).Tcp, 6);
            var plan = new ConnectionPlan(
                _chance.Next(1, 25), _chance.NextInt64(MsNs, 500 * MsNs), (ConnectionEnding)_chance.Next(3),
                _chance.Next(3));
            world.Cell.At(beginNs + _chance.NextInt64(TrafficNs - (1_000 * MsNs)), () => world.Open(key, plan));
        }
        for (int i = 0; i < _scenario.DatagramFlows; i++)
        {
            int client = _scenario.Connections + i;
            world.AddClient(client);
            world.OpenDatagrams(
                Key(client, TrafficModel.Ports(client).Udp, 17), _chance.Next(1, 60),
                _chance.NextInt64(5 * MsNs, 200 * MsNs), beginNs + _chance.NextInt64(TrafficNs - (1_000 * MsNs)));
        }
        for (int i = 0; i < Strays; i++)
        {
            FlowKey key = Key(_chance.Next(_scenario.Connections), TrafficModel.TcpPort, 6) with
            {
                SourcePortBe = AddressBytes.Be((ushort)(9_000 + i)),
            };
            world.Cell.At(beginNs + _chance.NextInt64(TrafficNs), () => world.SendStray(key));
        }
        for (long ns = beginNs; ns < beginNs + TrafficNs; ns += CheckNs)
        {
            world.Cell.At(ns, () =>
            {
                if (!world.IsQuietSince(world.Cell.NowNs - CheckNs))
                {
                    world.ForgetRecords();
                    return;
                }
                world.CheckOwners();
                world.CheckRecords();
            });
        }
    }

    private static FlowKey Key(int client, ushort port, byte protocol)
    {
        (PacketAddress address, PacketAddress vip) = TrafficModel.Ends(client);
        return new FlowKey(
            address, vip, AddressBytes.Be((ushort)(2_000 + client)), AddressBytes.Be(port), protocol);
    }

    private void CheckTheEnd()
    {
        world.Log("quiet");
        world.ForgetRecords();
        world.CheckRecords();
        world.Cell.RunFor(CheckNs);
        world.CheckRecords();
        world.Cell.LeastTurnNs = 100 * MsNs;
        foreach (CellNode node in world.Nodes.Values)
            node.TickLengthNs = 100 * MsNs;
        int idleSeconds = Math.Max(TrafficModel.TcpIdleMs, TrafficModel.UdpIdleMs) / 1_000;
        world.Cell.RunFor((idleSeconds + LongestHoldSeconds + RecordSeconds + 30) * 1_000 * MsNs);
        foreach (CellNode node in world.Nodes.Values.Where(node => node.IsRunning))
        {
            CheckEmpty(node);
            node.Stop();
        }
    }

    private void CheckEmpty(CellNode node)
    {
        node.ExpectTrueCounts(handed: 0);
        NodePipelines pipelines = node.Pipelines;
        foreach (FlowPool pool in Enum.GetValues<FlowPool>())
        {
            int flows = pipelines.Flows(pool);
            Expect(flows == 0, $"node {node.Id} keeps {flows} {pool} flows");
        }
        Expect(pipelines.HasAllFrames, $"node {node.Id} keeps frames");
        int relays = pipelines.Relays.Keys.Count;
        Expect(relays == 0, $"node {node.Id} keeps {relays} cached relay entries");
        foreach (SharedFlows shared in pipelines.All.Select(pipeline => pipeline.Shared!))
        {
            Expect(shared.Relays.Count == 0, $"node {node.Id} keeps {shared.Relays.Count} relay entries");
            Expect(shared.OpenLookUps == 0, $"node {node.Id} keeps {shared.OpenLookUps} look-ups");
            Expect(
                shared.FragmentedPackets == 0, $"node {node.Id} keeps {shared.FragmentedPackets} fragmented packets");
        }
        int questions = node.Directory.Directory.OpenQuestions;
        Expect(questions == 0, $"node {node.Id} keeps {questions} questions");
        int records = node.Directory.Directory.Replica.Count;
        Expect(records == 0, $"node {node.Id} keeps {records} records");
    }

    private void Expect(bool holds, string otherwise)
    {
        if (!holds)
            world.Violate(otherwise);
    }
}
