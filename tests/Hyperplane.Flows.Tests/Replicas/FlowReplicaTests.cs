using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Replicas;

namespace Hyperplane.Flows.Tests.Replicas;

public sealed class FlowReplicaTests
{
    private const uint Now = 1_000;

    [Theory]
    [InlineData(FlowRecordState.Opening, ReplicaVerdict.Refused)]
    [InlineData(FlowRecordState.Established, ReplicaVerdict.Refused)]
    [InlineData(FlowRecordState.Closing, ReplicaVerdict.Taken)]
    [InlineData(FlowRecordState.Tombstone, ReplicaVerdict.Taken)]
    public void Only_a_flow_that_ends_gives_way_to_a_new_one(FlowRecordState held, ReplicaVerdict verdict)
    {
        FlowReplica replica = With(Record(1, held, epoch: 7));
        Assert.Equal(verdict, replica.Decide(Record(2), Now, out FlowRecord before, out FlowRecord current));

        Assert.Equal(Record(1, held, epoch: 7), before);
        bool isTaken = verdict == ReplicaVerdict.Taken;
        Assert.Equal(Record(isTaken ? 2 : 1).Incarnation, current.Incarnation);
        Assert.Equal(isTaken ? FlowEpoch.OfNextFlow(7) : 7, current.Epoch);
        Assert.Equal(1, replica.Count);
    }

    [Fact]
    public void The_first_flow_of_a_key_has_the_epoch_of_its_making_and_asking_again_changes_nothing()
    {
        FlowReplica replica = With();
        FlowRecord made = Record(1, epoch: FlowEpoch.At(1_700_000_000));
        Assert.Equal(ReplicaVerdict.Taken, replica.Decide(made, Now, out _, out FlowRecord first));
        Assert.Equal(ReplicaVerdict.Taken, replica.Decide(made, Now, out _, out FlowRecord again));
        Assert.Equal((made.Epoch, first), (first.Epoch, again));
    }

    [Theory]
    [InlineData(1_700_000_000)]
    [InlineData(0xffff_ff00)]
    public void A_next_flow_is_later_than_the_one_before_whatever_the_time(uint seconds)
    {
        uint epoch = FlowEpoch.At(seconds);
        FlowReplica replica = With(Record(1, FlowRecordState.Tombstone, epoch));
        FlowRecord late = Record(2, epoch: FlowEpoch.At(seconds - 5));
        Assert.Equal(ReplicaVerdict.Taken, replica.Decide(late, Now, out FlowRecord before, out FlowRecord next));
        Assert.True(FlowEpoch.IsOlder(epoch, next.Epoch));
        Assert.False(FlowReplica.IsNewer(before, next));

        replica = With(Record(1, FlowRecordState.Tombstone, epoch));
        FlowRecord timely = Record(2, epoch: FlowEpoch.At(seconds + 60));
        Assert.Equal(ReplicaVerdict.Taken, replica.Decide(timely, Now, out _, out next));
        Assert.Equal(timely.Epoch, next.Epoch);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(7, false)]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void A_flow_that_its_client_went_on_with_stands_against_one_of_a_repeated_syn(uint later, bool isTaken)
    {
        FlowRecord first = Record(1, FlowRecordState.Established, FlowEpoch.At(1_000));
        FlowRecord second = Record(2, FlowRecordState.Opening, FlowEpoch.At(1_000 + later));
        Assert.Equal(isTaken ? ReplicaVerdict.Taken : ReplicaVerdict.Refused, With(first).Put(second, Now, out _));
        Assert.Equal(isTaken ? ReplicaVerdict.Refused : ReplicaVerdict.Taken, With(second).Put(first, Now, out _));
        second.State = FlowRecordState.Established;
        Assert.Equal(
            later > 0 ? ReplicaVerdict.Taken : ReplicaVerdict.Refused, With(first).Put(second, Now, out _));
    }

    [Fact]
    public void Late_news_of_a_flow_that_is_over_are_refused_for_as_long_as_it_is_remembered()
    {
        FlowReplica replica = With(Record(1, FlowRecordState.Tombstone, 0x30001));
        uint last = Now + 350 + FlowReplica.TombstoneGraceSeconds;
        FlowRecord late = Record(1, FlowRecordState.Established, 0x30000);
        Assert.Equal(ReplicaVerdict.Refused, replica.Put(late, last, out _));
    }

    [Theory]
    [InlineData(FlowRecordState.Established, 5u, ReplicaVerdict.Taken)]
    [InlineData(FlowRecordState.Opening, 5u, ReplicaVerdict.Taken)]
    [InlineData(FlowRecordState.Closing, 5u, ReplicaVerdict.Taken)]
    [InlineData(FlowRecordState.Tombstone, 5u, ReplicaVerdict.Refused)]
    [InlineData(FlowRecordState.Established, 6u, ReplicaVerdict.Refused)]
    [InlineData(FlowRecordState.Tombstone, 6u, ReplicaVerdict.Refused)]
    [InlineData(FlowRecordState.Established, 4u, ReplicaVerdict.Taken)]
    [InlineData(FlowRecordState.Tombstone, 4u, ReplicaVerdict.Taken)]
    public void A_claim_wins_against_what_was_found_or_older(
        FlowRecordState held, uint heldEpoch, ReplicaVerdict verdict)
    {
        FlowReplica replica = With(Record(1, held, heldEpoch));
        FlowRecord claim = Record(1, FlowRecordState.Established, epoch: 5) with { OwnerNode = 9, OwnerStart = 90 };
        Assert.Equal(verdict, replica.Claim(claim, Now, out FlowRecord before, out FlowRecord current));
        Assert.Equal(Record(1, held, heldEpoch), before);
        Assert.Equal(verdict == ReplicaVerdict.Taken ? (9, 6u) : (1, heldEpoch), (current.OwnerNode, current.Epoch));
    }

    [Fact]
    public void A_claim_of_another_incarnation_is_refused()
    {
        FlowReplica replica = With(Record(1, FlowRecordState.Established, 5));
        FlowRecord claim = Record(2, FlowRecordState.Established, 5);
        Assert.Equal(ReplicaVerdict.Refused, replica.Claim(claim, Now, out _, out _));
    }

    [Fact]
    public void Of_two_claims_the_first_wins_and_its_repetition_is_no_second_one()
    {
        FlowReplica replica = With(Record(1, FlowRecordState.Established, 5));
        FlowRecord found = Record(1, FlowRecordState.Established, 5);
        FlowRecord first = found with { OwnerNode = 8, OwnerStart = 80 };
        FlowRecord second = found with { OwnerNode = 9, OwnerStart = 90 };
        Assert.Equal(ReplicaVerdict.Taken, replica.Claim(first, Now, out _, out _));
        Assert.Equal(ReplicaVerdict.Refused, replica.Claim(second, Now, out _, out _));
        Assert.Equal(ReplicaVerdict.Taken, replica.Claim(first, Now, out _, out FlowRecord current));
        Assert.Equal((8, 6u), (current.OwnerNode, current.Epoch));
    }

    [Fact]
    public void A_claim_brings_a_record_that_the_arbiter_does_not_have()
    {
        FlowReplica replica = With();
        Assert.Equal(ReplicaVerdict.Taken, replica.Claim(Record(1, epoch: 3), Now, out _, out FlowRecord current));
        Assert.Equal(4u, current.Epoch);
    }

    [Fact]
    public void A_new_flow_stands_against_later_claims_of_the_one_before_that_another_arbiter_allowed()
    {
        FlowReplica here = With(Record(1, FlowRecordState.Closing, FlowEpoch.OfNextFlow(0)));
        here.Decide(Record(2), Now, out _, out FlowRecord next);
        FlowRecord claimed = Record(1, FlowRecordState.Established, FlowEpoch.OfNextFlow(0));
        FlowReplica there = With(claimed);
        for (ushort node = 2; node < 9; node++)
            there.Claim(claimed with { OwnerNode = node, OwnerStart = 5 }, Now, out _, out claimed);
        Assert.Equal(ReplicaVerdict.Refused, here.Put(claimed, Now, out FlowRecord newer));
        Assert.Equal(next, newer);
        Assert.Equal(ReplicaVerdict.Taken, there.Put(next, Now, out _));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Of_two_flows_that_two_arbiters_made_of_a_key_the_one_stands_that_its_client_went_on_with(
        ushort goesOn, ushort waits)
    {
        FlowRecord one = Record(1, FlowRecordState.Established, 5) with { OwnerNode = goesOn };
        FlowRecord other = Record(2, FlowRecordState.Opening, 5) with { OwnerNode = waits };
        Assert.Equal(ReplicaVerdict.Refused, With(one).Put(other, Now, out _));
        Assert.Equal(ReplicaVerdict.Taken, With(other).Put(one, Now, out _));
    }

    [Theory]
    [InlineData(350, ReplicaVerdict.Refused)]
    [InlineData(351, ReplicaVerdict.Taken)]
    public void A_tombstone_stands_against_a_flow_of_no_later_decision_for_its_own_time(
        uint age, ReplicaVerdict verdict)
    {
        FlowReplica replica = With(Record(1, FlowRecordState.Tombstone, 0x30000));
        Assert.Equal(verdict, replica.Put(Record(2, FlowRecordState.Established, 0x10000), Now + age, out _));
    }

    [Fact]
    public void An_arbiter_decides_later_than_a_tombstone_for_longer_than_that_stands()
    {
        FlowReplica replica = With(Record(1, FlowRecordState.Tombstone, 0x30000));
        uint last = Now + 350 + FlowReplica.TombstoneGraceSeconds;
        Assert.False(replica.ExpireAt(0, last));
        Assert.Equal(ReplicaVerdict.Taken, replica.Decide(Record(2), last, out _, out FlowRecord current));
        Assert.Equal(FlowEpoch.OfNextFlow(0x30000), current.Epoch);
    }

    [Fact]
    public void Epochs_wrap()
    {
        Assert.True(FlowEpoch.IsOlder(0xffff_0003, FlowEpoch.OfNextFlow(0xffff_0003)));
        Assert.True(FlowEpoch.IsOlder(0xffff_ffff, FlowEpoch.OfNextOwner(0xffff_ffff)));
        Assert.False(FlowEpoch.IsOlder(7, 7));
    }

    [Fact]
    public void Whatever_the_order_of_news_all_replicas_hold_the_same_in_the_end()
    {
        var chance = new Random(5);
        for (int round = 0; round < 500; round++)
        {
            FlowRecord[] news =
            [
                .. Enumerable.Range(0, 6).Select(_ => Record(
                    chance.Next(1, 3), (FlowRecordState)chance.Next(1, 5), (uint)chance.Next(1, 4)) with
                {
                    OwnerNode = (ushort)chance.Next(1, 4), OwnerStart = (ulong)chance.Next(1, 3),
                }),
            ];
            FlowRecord expected = default;
            for (int order = 0; order < 4; order++)
            {
                chance.Shuffle(news);
                FlowReplica replica = With(news);
                Assert.True(replica.TryFind(news[0].Forward, out FlowRecord held));
                if (order > 0)
                    Assert.Equal(expected, held);
                expected = held;
            }
        }
    }

    [Fact]
    public void A_record_is_found_by_both_keys_and_a_replaced_translation_by_none()
    {
        FlowRecord old = Record(1, FlowRecordState.Established, 1);
        FlowRecord news = Record(2, FlowRecordState.Established, 2);
        Assert.NotEqual(old.Reverse, news.Reverse);
        FlowReplica replica = With(old, news);
        Assert.True(replica.TryFind(news.Forward, out FlowRecord forward));
        Assert.True(replica.TryFind(news.Reverse, out FlowRecord reverse));
        Assert.Equal((news, news), (forward, reverse));
        Assert.False(replica.TryFind(old.Reverse, out _));
    }

    [Theory]
    [InlineData(FlowRecordState.Established, 350 + FlowReplica.GraceSeconds)]
    [InlineData(FlowRecordState.Opening, 350 + FlowReplica.GraceSeconds)]
    [InlineData(FlowRecordState.Tombstone, 350 + FlowReplica.TombstoneGraceSeconds)]
    public void A_record_without_news_is_forgotten_after_its_time_and_no_sooner(FlowRecordState state, uint seconds)
    {
        FlowReplica replica = With(Record(1, state, 1));
        Assert.False(replica.ExpireAt(0, Now + seconds));
        Assert.True(replica.ExpireAt(0, Now + seconds + 1));
        Assert.Equal(0, replica.Count);
        Assert.False(replica.TryFind(Record(1).Forward, out _));
    }

    [Fact]
    public void A_full_replica_says_so_and_goes_on_with_what_it_has()
    {
        var replica = new FlowReplica(2, 1);
        for (int flow = 0; flow < 2; flow++)
            Assert.Equal(ReplicaVerdict.Taken, replica.Put(Of(flow), Now, out _));
        Assert.Equal(ReplicaVerdict.Full, replica.Put(Of(2), Now, out _));
        Assert.Equal(ReplicaVerdict.Full, replica.Decide(Of(2), Now, out _, out _));
        Assert.Equal(ReplicaVerdict.Full, replica.Claim(Of(2), Now, out _, out _));
        replica.Forget(Of(0).Reverse);
        Assert.Equal(ReplicaVerdict.Taken, replica.Decide(Of(2), Now, out _, out _));
        Assert.True(replica.TryFindLive(Of(1).Forward, out _));
    }

    /// <summary>Flow of one key; the incarnation and the port tell them apart.</summary>
    private static FlowRecord Record(
        int incarnation, FlowRecordState state = FlowRecordState.Opening, uint epoch = 0) =>
        Sample.Record(1, 1, 10, port: 5_000 + incarnation) with
        {
            Incarnation = (ulong)incarnation, State = state, Epoch = epoch,
        };

    private static FlowRecord Of(int flow) => Sample.Record(flow, 1, 10);

    private static FlowReplica With(params FlowRecord[] records)
    {
        var replica = new FlowReplica(64, 1);
        foreach (FlowRecord record in records)
            replica.Put(record, Now, out _);
        return replica;
    }
}
