using Hyperplane.Dataplane.Flows;
using static Hyperplane.Dataplane.Packets.TcpFlags;
using static Hyperplane.Dataplane.Tests.Sharing.ProxiedBench;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>How connections with headers end, begun or not.</summary>
public sealed class ProxiedEndTests
{
    [Fact]
    public void A_refusal_of_the_syn_is_one_to_the_client()
    {
        using var bench = new ProxiedBench();
        bench.Open();
        Sent refusal = bench.Give(bench.Target(Rst | Ack, bench.HeaderFirst, sequence: 0));
        Assert.Equal((bench.First, Rst | Ack), (refusal.Acknowledgement, refusal.Flags));
        Assert.Equal(FlowState.Closed, bench.State);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(500u)]
    public void A_clients_reset_before_the_acknowledgement_is_exact_with_the_header_and_without(uint sent)
    {
        using var bench = new ProxiedBench();
        bench.Begin();
        List<Sent> resets = bench.GiveAll(bench.Client(Rst, bench.First + sent));
        Assert.Equal(
            [(Rst, bench.HeaderFirst), (Rst, bench.First + sent)],
            resets.Select(reset => (reset.Flags, reset.Sequence)));
        Assert.Equal(FlowState.Closed, bench.State);
        Assert.Empty(bench.Node.Pass(5));
    }

    [Fact]
    public void A_reset_of_another_connection_changes_nothing()
    {
        using var bench = new ProxiedBench();
        bench.Begin();
        Assert.Empty(bench.Node.Give(bench.Client(Rst, bench.First + (2 << 20))));
        Assert.Empty(bench.Node.Give(bench.Client(Rst, bench.HeaderFirst)));
        Assert.Equal(FlowState.HeaderSent, bench.State);
    }

    [Fact]
    public void A_client_that_says_all_and_closes_at_once_is_followed_to_the_end()
    {
        using var bench = new ProxiedBench();
        bench.Open();
        bench.Accept();
        bench.GiveAll(bench.Client(Ack | Psh | Fin, bench.First) with { Payload = [1, 2] });
        Assert.Equal(FlowState.HeaderSent, bench.State);
        bench.Give(bench.Target(Ack, bench.First));
        Assert.Equal(FlowState.Closing, bench.State);
        bench.Give(bench.Target(Ack | Fin, bench.First + 3));
        bench.Give(bench.Client(Ack, bench.First + 3, TargetFirst + 1));
        Assert.Equal(FlowState.Closed, bench.State);
    }

    [Fact]
    public void A_target_that_takes_the_header_and_closes_is_followed_to_the_end()
    {
        using var bench = new ProxiedBench();
        bench.Begin();
        bench.Give(bench.Target(Ack | Fin, bench.First));
        Assert.Equal(FlowState.Closing, bench.State);
        bench.Give(bench.Client(Ack | Fin, bench.First, TargetFirst + 1));
        bench.Give(bench.Target(Ack, bench.First + 1, TargetFirst + 1));
        Assert.Equal(FlowState.Closed, bench.State);
    }

    [Fact]
    public void A_syn_in_the_middle_reaches_no_target_that_might_begin_without_a_header()
    {
        using var bench = new ProxiedBench();
        bench.Establish();
        List<Sent> asked = bench.GiveAll(bench.Client(Syn, 777));
        Assert.Equal([Ack, Ack], asked.Select(question => question.Flags));
        Assert.Empty(bench.Node.Give(bench.Client(Syn, 777)));
        Assert.Equal(0, bench.Node.Cache.Count);
        bench.Give(bench.Client(Ack, bench.First));
        Assert.Equal(FlowState.Established, bench.State);
        Assert.Equal(2, bench.Node.Cache.Count);

        asked = bench.GiveAll(bench.Client(Syn, 777));
        bench.Give(bench.Client(Rst, asked[1].Acknowledgement));
        Assert.Equal(FlowState.Closed, bench.State);
        bench.Node.Requests();
        Assert.Equal(777u - bench.HeaderBytes, bench.Open(bench.Client(Syn, 777)).Sequence);
    }
}
