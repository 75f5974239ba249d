using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;

namespace Hyperplane.Dataplane.Tests.Directory;

public sealed class FlowExchangeTests
{
    private readonly FlowExchange _exchange = new(16);

    [Fact]
    public void Alone_it_is_its_only_line()
    {
        Assert.Same(_exchange, Assert.Single(_exchange.Lines));
        Assert.Equal(0, _exchange.LineOf(Frame.Key(Bench.Client, 1, Bench.Vip, 80)));
        Assert.False(_exchange.HasRequests);
        _exchange.Requests.TryWrite(new FlowRequest { Node = 4 });
        Assert.True(_exchange.HasRequests);
        Assert.True(_exchange.TryReadRequest(out FlowRequest request));
        Assert.Equal(4, request.Node);
        Assert.False(_exchange.TryReadRequest(out _));
    }

    [Fact]
    public void Requests_of_all_pipelines_are_read_in_turn_and_one_word_of_filling_is_for_all()
    {
        var homes = new FlowHomes(3, 8);
        int rings = 0;
        _exchange.Split(homes);
        _exchange.RequestsWaiting = () => rings++;
        for (int line = 0; line < 3; line++)
        {
            for (int i = 0; i < 4; i++)
                Assert.True(_exchange.Lines[line].Requests.TryWrite(new FlowRequest { Node = (ushort)line }));
            _exchange.Lines[line].RequestsWaiting();
        }
        Assert.Equal(3, rings);
        for (int turn = 0; turn < 4; turn++)
        {
            int[] nodes = [Read(), Read(), Read()];
            Assert.Equal([0, 1, 2], nodes.Order());
        }
        Assert.False(_exchange.HasRequests);
        _exchange.IsFilling = true;
        Assert.All(_exchange.Lines, line => Assert.True(line.IsFilling));
        FlowKey key = Frame.Key(Bench.Client, 7, Bench.Vip, 80);
        Assert.Equal(homes.Of(key), _exchange.LineOf(key));
    }

    private int Read()
    {
        Assert.True(_exchange.TryReadRequest(out FlowRequest request));
        return request.Node;
    }
}
