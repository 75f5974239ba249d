using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Dataplane.Tests.Directory;

public sealed class FlowRingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-4)]
    public void Its_room_is_a_power_of_two(int capacity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlowRing<int>(capacity));

    [Fact]
    public void It_takes_as_many_as_it_has_room_for_and_gives_them_back_in_order()
    {
        var ring = new FlowRing<int>(4);
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 4; i++)
                Assert.True(ring.TryWrite((round * 4) + i));
            Assert.False(ring.TryWrite(-1));
            Assert.Equal((4, false), (ring.Count, ring.IsEmpty));
            for (int i = 0; i < 4; i++)
            {
                Assert.True(ring.TryRead(out int item));
                Assert.Equal((round * 4) + i, item);
            }
            Assert.False(ring.TryRead(out _));
            Assert.Equal((0, true), (ring.Count, ring.IsEmpty));
        }
    }

    [Fact]
    public async Task Two_threads_lose_nothing_repeat_nothing_and_tear_nothing()
    {
        const int Items = 200_000;
        var ring = new FlowRing<FlowRequest>(64);
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        Task writer = Task.Run(
            () =>
            {
                var wait = new SpinWait();
                for (ulong number = 0; number < Items;)
                {
                    var request = new FlowRequest
                    {
                        Node = (ushort)number, Record = new FlowRecord { OwnerStart = number, Incarnation = ~number },
                    };
                    if (ring.TryWrite(request))
                        number++;
                    else
                        wait.SpinOnce();
                    cancelled.ThrowIfCancellationRequested();
                }
            },
            cancelled);
        Task<ulong> reader = Task.Run(
            () =>
            {
                var wait = new SpinWait();
                ulong expected = 0;
                while (expected < Items)
                {
                    cancelled.ThrowIfCancellationRequested();
                    if (!ring.TryRead(out FlowRequest request))
                    {
                        wait.SpinOnce();
                        continue;
                    }
                    bool isWhole = request.Node == (ushort)expected && request.Record.OwnerStart == expected
                        && request.Record.Incarnation == ~expected;
                    if (!isWhole)
                        return expected;
                    expected++;
                }
                return expected;
            },
            cancelled);
        await writer;
        Assert.Equal((ulong)Items, await reader);
        Assert.True(ring.IsEmpty);
    }
}
