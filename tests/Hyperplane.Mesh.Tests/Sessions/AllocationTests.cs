using Hyperplane.Mesh.Tests.Hosts;

namespace Hyperplane.Mesh.Tests.Sessions;

/// <summary>After the first messages the mesh thread allocates nothing.</summary>
public sealed class AllocationTests
{
    /// <summary>Until the run-time has compiled everything for the last time, which allocates.</summary>
    private const int WarmUp = 20_000;
    private const int Measured = 5_000;

    [Theory]
    [InlineData(64, 1)]
    [InlineData(64, 100)]
    [InlineData(9_000, 3)]
    public void Messages_there_and_back_allocate_nothing_on_either_mesh_thread(int bodyBytes, int atOnce)
    {
        using var done = new CountdownEvent(2);
        using var one = new TestNode(1, change: WithoutGaps);
        using var two = new TestNode(2, change: WithoutGaps);
        TestNode.Join(one, two);
        byte[] body = new byte[bodyBytes];
        long[] before = new long[2];
        long[] after = new long[2];
        int[] seen = new int[2];
        TestNode.BodyHandler Echo(TestNode self, int index) => (node, type, bytes) =>
        {
            int count = ++seen[index];
            if (count == WarmUp)
                before[index] = GC.GetAllocatedBytesForCurrentThread();
            if (count == WarmUp + Measured)
            {
                after[index] = GC.GetAllocatedBytesForCurrentThread();
                done.Signal();
            }

            if (count < WarmUp + Measured + 1_000)
                self.Host.TrySend(node, type, bytes);
        };
        one.OnBody = Echo(one, 0);
        two.OnBody = Echo(two, 1);
        one.Do(mesh =>
        {
            for (int i = 0; i < atOnce; i++)
                mesh.TrySend(2, 1, body);
        });
        Assert.True(done.Wait(TimeSpan.FromSeconds(60)));
        Assert.Equal([0, 0], after.Zip(before, static (a, b) => a - b));
    }

    [Fact]
    public void Wakes_of_other_threads_cause_turns_without_allocating()
    {
        using var turned = new AutoResetEvent(false);
        using var one = new TestNode(1, change: WithoutGaps);
        int turns = 0;
        long before = 0;
        long after = 0;
        one.OnTurnAlso = _ =>
        {
            turns++;
            if (turns == 100)
                before = GC.GetAllocatedBytesForCurrentThread();
            if (turns == 1_000)
                after = GC.GetAllocatedBytesForCurrentThread();
            turned.Set();
            return long.MaxValue;
        };
        for (int i = 0; i < 1_100; i++)
        {
            one.Host.Wake();
            Assert.True(turned.WaitOne(45_000));
        }

        Assert.NotEqual(0, after);
        Assert.Equal(0, after - before);
    }

    /// <summary>A gap is logged and told, which allocates.</summary>
    private static MeshOptions WithoutGaps(MeshOptions options) =>
        options with { GapLimit = TimeSpan.FromSeconds(60) };
}
