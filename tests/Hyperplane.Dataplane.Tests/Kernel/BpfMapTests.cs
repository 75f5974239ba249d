using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Tests.Kernel.TestProgram;

namespace Hyperplane.Dataplane.Tests.Kernel;

public sealed class BpfMapTests
{
    public BpfMapTests() => Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);

    [Fact]
    public void A_full_flow_cache_refuses_new_flows_and_keeps_the_old_ones()
    {
        using var program = new TestProgram(flowEntries: 100);
        Assert.Equal(100, program.Flows.Capacity);
        for (int i = 0; i < 100; i++)
            Assert.True(program.Flows.TryInstall(At(i), new FlowEntry4 { Packets = (uint)i }));
        Assert.False(program.Flows.TryInstall(At(100), default));
        Assert.True(program.Flows.TryInstall(At(5), new FlowEntry4 { Packets = 500 }));
        Assert.True(program.Flows.TryRead(At(5), out FlowEntry4 replaced));
        Assert.Equal(500u, replaced.Packets);
        Assert.True(program.Flows.TryRemove(At(7)));
        Assert.False(program.Flows.TryRemove(At(7)));
        Assert.False(program.Flows.TryRead(At(7), out _));
        Assert.True(program.Flows.TryInstall(At(100), default));
    }

    [Fact]
    public void Batches_visit_every_entry_once()
    {
        using var program = new TestProgram(flowEntries: 5_000);
        for (int i = 0; i < 4_000; i++)
            Assert.True(program.Flows.TryInstall(At(i), new FlowEntry4 { Packets = (uint)i }));
        var keys = new FlowKey4[300];
        var entries = new FlowEntry4[300];
        var seen = new HashSet<uint>();
        long cursor = -1;
        bool more;
        do
        {
            more = program.Program.Flows.LookupBatch(
                ref cursor, keys.AsSpan(), entries.AsSpan(), out int count, out int error);
            Assert.Equal(0, error);
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(At((int)entries[i].Packets), keys[i]);
                Assert.True(seen.Add(entries[i].Packets));
            }
        }
        while (more);
        Assert.Equal(4_000, seen.Count);
    }

    [Fact]
    public void The_flow_cache_allocates_nothing()
    {
        using var program = new TestProgram();
        IFlowCache cache = program.Flows;
        FlowKey4[] keys = [.. Enumerable.Range(0, 200).Select(At)];
        Round(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < keys.Length; i++)
            Round(i);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Round(int i)
        {
            FlowEntry4 entry = default;
            cache.TryInstall(keys[i], entry);
            cache.TryRead(keys[i], out entry);
            cache.TryRemove(keys[i]);
        }
    }

    [Fact]
    public void A_damaged_object_is_refused_with_a_reason()
    {
        var failure = Assert.Throws<KernelException>(() => BpfObject.OpenMemory([1, 2, 3, 4], "damaged"));
        Assert.Contains("opening the BPF object damaged", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_that_is_not_there_is_refused_with_advice()
    {
        using var program = new TestProgram();
        var failure = Assert.Throws<KernelException>(
            () => XdpLink.Attach(program.Program.Descriptor, 999_999, "eth99"));
        Assert.Contains("Is eth99 in this network namespace?", failure.Message, StringComparison.Ordinal);
    }

    private static FlowKey4 At(int i) => Key(Client, i & 0xffff, Vip, 80);
}
