using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Flows.Tests.Simulation;
using Hyperplane.Flows.Wire;
using Hyperplane.Lab;

namespace Hyperplane.Flows.Tests.Remote;

public sealed class ReplicaLinksTests
{
    private const long MillisecondNs = 1_000_000;

    private readonly List<(ushort Address, byte[] Request)> _calls = [];
    private readonly RemoteReplica[] _replicas =
        [.. Enumerable.Range(0, ReplicaAddress.Count).Select(index => 
            new RemoteReplica((ulong)index + 1, 1_024, placeBe: (uint)(index % 4) + 1))];
    private readonly ReplicaLinks _links;
    private readonly FlowDirectory _directory;
    private long _nowNs;

    public ReplicaLinksTests()
    {
        _links = new ReplicaLinks(
            new ReplicaLinksOptions { NodeId = 1, Start = 1, AwaitedCalls = 2, BulkCalls = 3 },
            new SimulatedCaller((address, request) => _calls.Add((address, request))));
        _directory = new FlowDirectory(
            SimulatedCell.Options(1, 1) with { ReplicasLiveElsewhere = true }, new FlowExchange(64), _links, nowNs: 0);
        _links.Open(_directory);
        foreach (RemoteReplica replica in _replicas)
            Calls.Fill(replica, new RemoteReplica(1, 16));
        while (_links.Reachable < ReplicaAddress.Count)
        {
            Turn();
            AnswerAll();
        }
        // One question each is under way every second; the tests look between them.
        AnswerAll();
    }

    [Fact]
    public void A_few_calls_are_under_way_and_the_others_follow_as_they_are_answered()
    {
        for (int shard = 0; shard < 20; shard++)
            Assert.True(_links.TrySend(ReplicaAddress.Of(shard, 0), Put(shard)));
        Assert.Equal([0, 1, 2], Called());

        Assert.True(_links.TrySend(ReplicaAddress.Of(0, 0), Put(100)));
        Assert.True(_links.TrySend(ReplicaAddress.Of(0, 0), Put(101)));
        var called = new List<int>();
        while (_calls.Count > 0)
        {
            called.AddRange(Called());
            AnswerAll();
        }
        Assert.Equal([0, 1, 2, .. Enumerable.Range(3, 17), 0], called);
        Assert.Equal(3, _replicas[0].Count);
    }

    [Fact]
    public void What_somebody_waits_for_goes_before_what_nobody_waits_for()
    {
        for (int shard = 0; shard < 20; shard++)
            Assert.True(_links.TrySend(ReplicaAddress.Of(shard, 0), Put(shard)));
        foreach (int shard in new[] { 15, 30, 16, 31 })
            Assert.True(_links.TrySend(ReplicaAddress.Of(shard, 0), LookUp(shard)));
        Assert.Equal([0, 1, 2, 15, 30], Called());

        AnswerAll();
        Assert.Equal([16, 31, 3, 4, 5], Called());
        Assert.Equal(1, _replicas[15 * ReplicaAddress.PerShard].Count);
    }

    [Fact]
    public void A_call_that_is_given_up_makes_room_for_others()
    {
        for (int shard = 0; shard < 4; shard++)
            Assert.True(_links.TrySend(ReplicaAddress.Of(shard, 0), LookUp(shard)));
        Assert.Equal([0, 1], Called());
        _calls.Clear();

        for (long endNs = _nowNs + (120 * MillisecondNs); _nowNs < endNs;)
        {
            Turn();
            AnswerAll(call => call.Request.Length == RequestHeader.Bytes);
        }
        Assert.Equal([2, 3], Called());
        Assert.Equal(ReplicaAddress.Count - 2, _links.Reachable);
        Assert.Equal(2, _links.Failures);
    }

    [Fact]
    public void With_a_machine_all_that_lives_there_is_lost_at_once_and_taken_back_when_it_answers_again()
    {
        Assert.True(_links.TrySend(ReplicaAddress.Of(0, 0), LookUp(0)));
        _calls.Clear();
        _links.LosePlace(1);
        Assert.Equal(ReplicaAddress.Count * 3 / 4, _links.Reachable);
        Assert.False(_links.TrySend(ReplicaAddress.Of(2, 0), LookUp(2)));
        Assert.True(_links.TrySend(ReplicaAddress.Of(1, 0), LookUp(1)));

        _links.OnAnswer(ReplicaAddress.Of(0, 0), []);
        for (long endNs = _nowNs + (2_000 * MillisecondNs); _nowNs < endNs;)
        {
            Turn();
            AnswerAll();
        }
        Assert.Equal(ReplicaAddress.Count, _links.Reachable);
    }

    [Fact]
    public void When_the_way_to_all_is_gone_all_are_lost_at_once_and_nobody_is_called_before_the_next_turn()
    {
        for (int shard = 0; shard < 20; shard++)
            Assert.True(_links.TrySend(ReplicaAddress.Of(shard, 0), Put(shard)));
        _links.OnAnswer(_calls[0].Address, []);
        _calls.Clear();
        _links.LoseAll(_nowNs);
        Assert.Equal(0, _links.Reachable);
        Assert.False(_links.TrySend(ReplicaAddress.Of(0, 0), Put(0)));
        Assert.Equal(0, _links.QueuedBytes(ReplicaAddress.Of(0, 0)));
        Assert.All(_directory.View.Members.ToArray(), member =>
            Assert.False(ReplicaAddress.IsReplica(member.NodeId) && member.IsAlive));
        Assert.Empty(_calls);

        for (long endNs = _nowNs + (1_500 * MillisecondNs); _nowNs < endNs;)
        {
            Turn();
            AnswerAll();
        }
        Assert.Equal(ReplicaAddress.Count, _links.Reachable);
        for (int shard = 0; shard < 20; shard++)
            Assert.True(_links.TrySend(ReplicaAddress.Of(shard, 0), Put(shard)));
        Assert.Equal([0, 1, 2], Called());
    }

    [Fact]
    public void Calls_and_answers_allocate_nothing()
    {
        byte[] put = Put(0).ToArray();
        byte[] answer = _replicas[0].Handle(Calls.Request(1, node: 9), 1);
        var links = new ReplicaLinks(new ReplicaLinksOptions { NodeId = 1, Start = 1 }, new MuteCaller());
        links.Open(_directory);
        for (int warm = 0; warm < 2_000; warm++)
            Round();
        Assert.Equal(1, links.Reachable);
        Assert.Equal(0, Allocations.In(100, _ => Round()));

        void Round()
        {
            links.TrySend(ReplicaAddress.First, put);
            links.OnAnswer(ReplicaAddress.First, answer);
            links.Turn(_nowNs += MillisecondNs / 10);
        }
    }

    [Fact]
    public void When_one_replica_began_anew_the_others_of_its_machine_are_asked_at_once()
    {
        int[] moved = [0, 4, 8];
        foreach (int index in moved)
        {
            _replicas[index] = new RemoteReplica((ulong)index + 5_000, 1_024, placeBe: 2);
            Calls.Fill(_replicas[index], new RemoteReplica(1, 16));
        }
        Assert.True(_links.TrySend(ReplicaAddress.Of(0, 0), LookUp(0)));
        for (long endNs = _nowNs + (300 * MillisecondNs); _nowNs < endNs;)
        {
            AnswerAll();
            Turn();
        }
        Assert.Equal(
            [5_000UL, 5_004, 5_008],
            moved.Select(index => _directory.View[(ushort)(ReplicaAddress.First + index)].Start));
    }

    [Fact]
    public void A_dead_machine_is_asked_a_few_times_until_one_of_its_replicas_answers()
    {
        _links.LosePlace(1);
        int failed = 0;
        for (long endNs = _nowNs + (1_000 * MillisecondNs); _nowNs < endNs;)
        {
            Turn();
            foreach ((ushort address, _) in _calls.FindAll(IsOfPlace1))
                _links.OnAnswer(address, []);
            failed += _calls.RemoveAll(IsOfPlace1);
            AnswerAll();
        }
        Assert.InRange(failed, 10, 100);

        for (long endNs = _nowNs + (500 * MillisecondNs); _nowNs < endNs;)
        {
            Turn();
            AnswerAll();
        }
        Assert.Equal(ReplicaAddress.Count, _links.Reachable);
    }

    [Fact]
    public void Somebody_waits_for_decisions_claims_and_look_ups()
    {
        foreach (FlowOpKind kind in Enum.GetValues<FlowOpKind>())
        {
            var batch = new BatchWriter();
            batch.Add(FlowOpKind.Put, 0, Sample.Record(1, 1, 7));
            batch.Add(FlowOpKind.Synchronised, NodeFlags.None, 1);
            switch (FlowOps.BodyOf(kind))
            {
                case FlowOpBody.Record: batch.Add(kind, 1, Sample.Record(1, 1, 7)); break;
                case FlowOpBody.Key: batch.Add(kind, 1, Sample.Record(1, 1, 7).Forward); break;
                case FlowOpBody.View: batch.Add(kind, NodeFlags.None, 1); break;
                default: batch.Add(kind, 1); break;
            }
            Assert.Equal(
                kind is FlowOpKind.Decide or FlowOpKind.Claim or FlowOpKind.LookUp, FlowOps.IsAwaited(batch.Written));
            Assert.False(FlowOps.IsAwaited(batch.Written[..79]));
        }
        Assert.False(FlowOps.IsAwaited([]));
        Assert.False(FlowOps.IsAwaited([255, 0, 0, 0, 0, 0, 0, 0, (byte)FlowOpKind.LookUp, 0, 0, 0, 0, 0, 0, 0]));
    }

    private sealed class MuteCaller : IReplicaCaller
    {
        public void Call(ushort address, ReadOnlySpan<byte> request)
        {
        }
    }

    private static bool IsOfPlace1((ushort Address, byte[] Request) call) =>
        (call.Address - ReplicaAddress.First) % 4 == 0;

    private static ReadOnlySpan<byte> Put(int flow) => Calls.Put(Sample.Record(flow, 1, 7)).Written;

    private static ReadOnlySpan<byte> LookUp(int flow) => Calls.LookUp(Sample.Record(flow, 1, 7)).Written;

    /// <summary>The shards whose replicas 0 are called now, with something to do.</summary>
    private IEnumerable<int> Called() =>
        _calls.Where(call => call.Request.Length > RequestHeader.Bytes)
            .Select(call => ReplicaAddress.ShardOf(call.Address));

    private void Turn() => _nowNs = Math.Max(_nowNs + MillisecondNs, _links.Turn(_nowNs));

    private void AnswerAll() => AnswerAll(_ => true);

    private void AnswerAll(Predicate<(ushort Address, byte[] Request)> which)
    {
        List<(ushort Address, byte[] Request)> calls = _calls.FindAll(which);
        _calls.RemoveAll(which);
        foreach ((ushort address, byte[] request) in calls)
            _links.OnAnswer(address, _replicas[address - ReplicaAddress.First].Handle(request, 1));
        _links.Turn(_nowNs);
    }
}
