using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Tests.Sharing;

namespace Hyperplane.Dataplane.Tests.Queues;

/// <summary>Several pipelines that get frames at any queue do what one does: the same frames, bytes, counters, cached
/// flows and words to the directory.</summary>
public sealed class PipelinesAgreeTests
{
    private const int Turns = 1_500;

    /// <summary>Shorter than what the sweeper does, which comes to a flow earlier or later by the size of its
    /// table.</summary>
    private const long StepNs = 500_000;

    private static readonly PacketCounter[] Notes = [PacketCounter.HandedOver];

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(4, 5)]
    [InlineData(16, 6)]
    [InlineData(5, 7)]
    public void Several_do_what_one_does(int pipelines, int seed)
    {
        var random = new Random(seed);
        var chatter = new Chatter(random);
        using var one = new QueuedNode(1, Chatter.Model());
        using var several = new QueuedNode(pipelines, Chatter.Model());
        List<byte[]> left = [];
        for (int turn = 0; turn < Turns; turn++)
        {
            byte[][] frames = random.Next(12) == 0 ? chatter.Pieces() : [chatter.Next(left)];
            foreach (byte[] frame in frames)
            {
                // What is due by time comes first: hand-over takes none here.
                one.Pass(StepNs);
                several.Pass(StepNs);
                Settle(one, several, left);
                Assert.True(one.TryInject(frame, 0) && several.TryInject(frame, random.Next(pipelines)));
                Settle(one, several, left);
            }
            Answer(one, several, random, turn);
            Settle(one, several, left);
        }
        ExpectAlike(one, several);
        Assert.True(several.Count(PacketCounter.HandedOver) > Turns / 4);
        Assert.True(one.Counters.Packets.Count(count => count > 0) > 16, "too few ways to end");
        EndAll(one);
        EndAll(several);
        ExpectAlike(one, several);
        Assert.Equal(several.FreeAtFirst, several.FreeFrames);
    }

    private static void Settle(QueuedNode one, QueuedNode several, List<byte[]> left)
    {
        one.Settle();
        several.Settle();
        List<byte[]> sent = one.Sent();
        Assert.Equal(Sorted(sent), Sorted(several.Sent()));
        left.AddRange(sent);
        if (left.Count > 200)
            left.RemoveRange(0, 100);
    }

    /// <summary>The directory says anything to anything, the same to both; of inserts sometimes nothing.</summary>
    private static void Answer(QueuedNode one, QueuedNode several, Random random, int turn)
    {
        Dictionary<string, FlowRequest> asked = several.Requests().ToDictionary(Text);
        List<FlowRequest> requests = one.Requests();
        Assert.Equal(requests.Select(Text).Order(StringComparer.Ordinal), asked.Keys.Order(StringComparer.Ordinal));
        foreach (FlowRequest request in requests)
        {
            if (AnswerTo(request, random, turn) is not { } answer)
                continue;
            one.Answer(answer);
            if (answer.Record.Incarnation == request.Record.Incarnation)
                answer.Record.Incarnation = asked[Text(request)].Record.Incarnation;
            several.Answer(answer);
        }
    }

    private static FlowAnswer? AnswerTo(in FlowRequest request, Random random, int turn)
    {
        int chance = random.Next(8);
        FlowRecord record = request.Record with { Epoch = (uint)turn + 1 };
        if (request.Kind == FlowRequestKind.Insert)
        {
            bool isLost = chance == 1;
            if (chance == 0)
                return null;
            if (isLost)
                (record.OwnerNode, record.OwnerStart, record.Incarnation) =
                    (SharedBench.Peer, SharedBench.PeerStart, 1);
            return new FlowAnswer
            {
                Kind = isLost ? FlowAnswerKind.Lost : FlowAnswerKind.Won, Key = request.Key, Record = record,
            };
        }
        if (request.Kind is not (FlowRequestKind.LookUp or FlowRequestKind.LookUpQuickly))
            return null;
        (record.OwnerNode, record.OwnerStart) = (SharedBench.Peer, SharedBench.PeerStart);
        FlowAnswerKind kind = chance switch
        {
            1 => FlowAnswerKind.Relay, 2 => FlowAnswerKind.Unavailable, _ => FlowAnswerKind.Absent,
        };
        return new FlowAnswer { Kind = kind, Key = request.Key, Record = record };
    }

    /// <summary>All but the incarnation, which every pipeline numbers by itself.</summary>
    private static string Text(FlowRequest request) =>
        $"{request.Kind} {request.Node} {request.Key} {request.Record with { Incarnation = 0 }}";

    private static IEnumerable<string> Sorted(IEnumerable<byte[]> frames) =>
        frames.Select(Convert.ToHexString).Order(StringComparer.Ordinal);

    private static void EndAll(QueuedNode node)
    {
        for (int i = 0; i < 100; i++)
        {
            node.Pass(10_000_000_000);
            node.Settle();
            node.Requests();
            node.Sent();
        }
        Assert.Equal(0, node.Established);
    }

    private static void ExpectAlike(QueuedNode one, QueuedNode several)
    {
        (DataplaneCounters expected, DataplaneCounters actual) = (one.Counters, several.Counters);
        foreach (PacketCounter counter in Enum.GetValues<PacketCounter>().Except(Notes))
        {
            (ulong wanted, ulong got) = (expected.Packets[(int)counter], actual.Packets[(int)counter]);
            Assert.True(wanted == got, $"{counter}: {wanted} by one, {got} by several");
        }
        Assert.Equal(expected.Listeners.OrderBy(pair => pair.Key), actual.Listeners.OrderBy(pair => pair.Key));
        Assert.Equal(expected.Targets.OrderBy(pair => pair.Key), actual.Targets.OrderBy(pair => pair.Key));
        Assert.Equal(Keys(one), Keys(several));
    }

    private static IEnumerable<string> Keys(QueuedNode node) =>
        node.Cache.Keys.Select(key => $"{key}").Order(StringComparer.Ordinal);
}
