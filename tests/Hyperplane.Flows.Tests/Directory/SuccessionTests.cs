using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Directory;

/// <summary>Who hears what when a key goes from one flow, or one owner, to the next.</summary>
public sealed class SuccessionTests
{
    private readonly SimulatedCell _cell = new(3, seed: 1);

    public SuccessionTests()
    {
        _cell.StartAll();
        _cell.RunFor(1_100_000_000);
    }

    [Theory]
    [InlineData(FlowRequestKind.Close)]
    [InlineData(FlowRequestKind.Update)]
    public void The_owner_of_a_flow_that_is_over_hears_that_its_key_went_to_a_new_one(FlowRequestKind ending)
    {
        for (int flow = 0; flow < 40; flow++)
        {
            FlowRecord4 old = Create(1, flow);
            Ask(1, ending, old with { State = FlowRecordState.Closing, IdleTimeoutSeconds = 65 });
            _cell.RunFor(2_000_000);
            ReadAll(1);
            FlowRecord4 next = Create(2, flow);
            _cell.RunFor(2_000_000);

            FlowAnswer lost = Assert.Single(ReadAll(1), answer => answer.Kind == FlowAnswerKind.Lost);
            Assert.Equal((next.Incarnation, (ushort)2), (lost.Record.Incarnation, lost.Record.OwnerNode));
            Assert.True(lost.Record.Epoch > old.Epoch);
        }
    }

    [Fact]
    public void Whoever_holds_a_record_that_gets_another_owner_relays_to_the_old_one_no_longer()
    {
        FlowRecord4 record = Create(1, 1);
        _cell.Nodes[1].Directory.SetDraining(true);
        _cell.RunFor(10_000_000);
        ReadAll(3);
        Ask(2, FlowRequestKind.LookUp, record);
        _cell.RunFor(10_000_000);

        Assert.Equal(FlowAnswerKind.Own, ReadAll(2)[^1].Kind);
        IEnumerable<FlowKey4> told = ReadAll(3).Where(answer => answer.Kind == FlowAnswerKind.NotMine)
            .Select(answer => answer.Key).Distinct();
        Assert.Equal([record.Forward, record.Reverse], told);
    }

    private FlowRecord4 Create(ushort node, int flow)
    {
        FlowRecord4 record = Sample.Record(flow, _cell.Nodes[node]);
        Ask(node, FlowRequestKind.Insert, record);
        _cell.RunFor(2_000_000);
        return Assert.Single(ReadAll(node), answer => answer.Kind == FlowAnswerKind.Won).Record;
    }

    private void Ask(ushort node, FlowRequestKind kind, in FlowRecord4 record) =>
        _cell.Nodes[node].Ask(new FlowRequest { Kind = kind, Key = record.Forward, Record = record });

    private List<FlowAnswer> ReadAll(ushort node)
    {
        var answers = new List<FlowAnswer>();
        while (_cell.Nodes[node].Exchange.Answers.TryRead(out FlowAnswer answer))
            answers.Add(answer);
        return answers;
    }
}
