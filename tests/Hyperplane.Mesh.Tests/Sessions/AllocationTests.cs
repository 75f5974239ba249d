using Hyperplane.Mesh.Tests.Hosts;

namespace Hyperplane.Mesh.Tests.Sessions;

/// <summary>After the first messages the mesh thread allocates nothing.</summary>
public sealed class AllocationTests
{
    /// <summary>Whatever is allocated for messages shows in each window; the run-time, which allocates when it compiles
    /// something anew, spoils a few.</summary>
    private const int Window = 5_000;
    private const int Windows = 40;

    [Theory]
    [InlineData(64, 1)]
    [InlineData(64, 100)]
    [InlineData(9_000, 3)]
    public void Messages_there_and_back_allocate_nothing_on_either_mesh_thread(int bodyBytes, int atOnce)
    {
        using var one = new TestNode(1, change: WithoutGaps);
        using var two = new TestNode(2, change: WithoutGaps);
        TestNode.Join(one, two);
        byte[] body = new byte[bodyBytes];
        using var done = new CountdownEvent(2);
        one.OnBody = EchoUntilClean(one, done);
        two.OnBody = EchoUntilClean(two, done);
        one.Do(mesh =>
        {
            for (int i = 0; i < atOnce; i++)
                mesh.TrySend(2, 1, body);
        });
        Assert.True(done.Wait(TimeSpan.FromSeconds(60)), "each window had allocations");
    }

    [Fact]
    public void Wakes_of_other_threads_cause_turns_without_allocating()
    {
        using var turned = new AutoResetEvent(false);
        using var one = new TestNode(1, change: WithoutGaps);
        int turns = 0;
        long before = 0;
        int dirty = 0;
        one.OnTurnAlso = _ =>
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (++turns > 100 && now != before)
                dirty++;
            before = now;
            turned.Set();
            return long.MaxValue;
        };
        for (int i = 0; i < 1_100; i++)
        {
            one.Host.Wake();
            Assert.True(turned.WaitOne(45_000));
        }

        Assert.True(turns > 1_000);
        // The run-time compiles once or twice meanwhile; what a turn allocates shows in each.
        Assert.InRange(dirty, 0, 5);
    }

    /// <summary>Signals at the first window without any allocation on the thread.</summary>
    private static TestNode.BodyHandler EchoUntilClean(TestNode self, CountdownEvent done)
    {
        long before = long.MaxValue;
        int seen = 0;
        bool isClean = false;
        return (node, type, bytes) =>
        {
            if (++seen % Window == 0)
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                if (now == before && !isClean)
                    done.Signal();
                isClean |= now == before;
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            if (seen < Window * Windows)
                self.Host.TrySend(node, type, bytes);
        };
    }

    /// <summary>A gap is logged and told, which allocates.</summary>
    private static MeshOptions WithoutGaps(MeshOptions options) =>
        options with { GapLimit = TimeSpan.FromSeconds(60) };
}
