using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Dataplane.Tests.Directory;

public sealed class FlowIncarnationTests
{
    private const ulong Start = 1_800_000_000_000_000;

    [Fact]
    public void No_two_flows_of_a_node_have_the_same_number_also_after_a_restart()
    {
        var seen = new HashSet<ulong>();
        foreach (ulong start in new[] { Start, Start + 1_000_000 })
        {
            var incarnations = new FlowIncarnation(7, start);
            for (int flow = 0; flow < 100_000; flow++)
                Assert.True(seen.Add(incarnations.Next()));
        }
    }

    [Fact]
    public void Two_nodes_with_the_same_start_number_apart()
    {
        ulong left = new FlowIncarnation(1, Start).Next();
        ulong right = new FlowIncarnation(2, Start).Next();
        Assert.Equal((1ul, 2ul), (left >> 48, right >> 48));
        Assert.Equal(left & 0xffff_ffff_ffff, right & 0xffff_ffff_ffff);
    }

    [Fact]
    public void The_counter_never_reaches_into_the_nodes_bits()
    {
        var incarnations = new FlowIncarnation(3, ulong.MaxValue);
        for (int flow = 0; flow < 10; flow++)
            Assert.Equal(3ul, incarnations.Next() >> 48);
    }

    [Fact]
    public void Pipelines_of_a_node_give_out_different_numbers()
    {
        FlowIncarnation[] pipelines =
            [.. Enumerable.Range(0, 3).Select(pipeline => new FlowIncarnation(1, Start, pipeline, 3))];
        var seen = new HashSet<ulong>();
        foreach (FlowIncarnation one in pipelines)
        {
            ulong last = 0;
            for (int i = 0; i < 1_000; i++)
            {
                ulong next = one.Next();
                Assert.True(seen.Add(next) && next > last);
                last = next;
            }
        }
    }
}
