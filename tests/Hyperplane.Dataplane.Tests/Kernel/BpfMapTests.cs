using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Lab;
using Hyperplane.Dataplane.Tests.Packets;
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
            Assert.True(program.Flows.TryInstall(At(i), Entry(i)));
        Assert.False(program.Flows.TryInstall(At(100), Entry(0)));
        Assert.True(program.Flows.TryInstall(At(5), Entry(500)));
        Assert.True(program.Flows.TryRead(At(5), out FlowEntry replaced));
        Assert.Equal(500, replaced.TargetSlot);
        Assert.True(program.Flows.TryRemove(At(7)));
        Assert.False(program.Flows.TryRemove(At(7)));
        Assert.False(program.Flows.TryRead(At(7), out _));
        Assert.True(program.Flows.TryInstall(At(100), Entry(0)));
    }

    [Fact]
    public void Entries_installed_together_go_in_up_to_the_first_that_does_not_fit()
    {
        using var program = new TestProgram(flowEntries: 400);
        FlowKey[] keys = [.. Enumerable.Range(0, 350).Select(At), .. Enumerable.Range(0, 60).Select(Wide)];
        FlowEntry[] entries = [.. Enumerable.Range(0, keys.Length).Select(Entry)];
        Assert.Equal(keys.Length, program.Flows.Install(keys, entries));
        for (int i = 0; i < keys.Length; i++)
        {
            Assert.True(program.Flows.TryRead(keys[i], out FlowEntry entry));
            Assert.Equal(i, entry.TargetSlot);
        }

        // 50 have room; those of the other map come after the first that has not.
        FlowKey[] more = [.. Enumerable.Range(350, 80).Select(At), Wide(60)];
        Assert.Equal(50, program.Flows.Install(more, entries.AsSpan(0, more.Length)));
        Assert.True(program.Flows.TryRead(At(399), out _));
        Assert.False(program.Flows.TryRead(At(400), out _));
        Assert.False(program.Flows.TryRead(Wide(60), out _));
        Assert.Equal(0, program.Flows.Install([], []));
    }

    [Fact]
    public void Batches_visit_every_entry_once()
    {
        using var program = new TestProgram(flowEntries: 5_000);
        for (int i = 0; i < 4_000; i++)
            Assert.True(program.Flows.TryInstall(At(i), Entry(i)));
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
                Assert.Equal(At(entries[i].ToEntry().TargetSlot), keys[i].ToKey());
                Assert.True(seen.Add(entries[i].Owner));
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
        FlowKey[] keys = [.. Enumerable.Range(0, 200).Select(At)];
        FlowEntry made = Entry(0);
        Round(0);
        Assert.Equal(0, Allocations.In(keys.Length, Round));

        void Round(int i)
        {
            cache.TryInstall(keys[i], made);
            cache.Install(keys.AsSpan(i, 1), new ReadOnlySpan<FlowEntry>(in made));
            cache.TryRead(keys[i], out _);
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
    public void A_program_that_the_verifier_refuses_leaves_its_log_and_one_line()
    {
        byte[] image = File.ReadAllBytes(Path.Combine(SourceTree.Root, "artifacts/bpf/pass.bpf.o"));
        // "r0 = 2; exit" becomes "goto the next; exit": nobody has set r0.
        byte[] setAndExit = [0xb4, 0, 0, 0, 2, 0, 0, 0, 0x95];
        int at = image.AsSpan().IndexOf(setAndExit);
        (image[at], image[at + 4]) = (0x05, 0);
        using BpfObject damaged = BpfObject.OpenMemory(image, "pass");
        var failure = Assert.Throws<KernelException>(damaged.Load);
        Assert.Contains("R0 !read_ok", failure.VerifierLog, StringComparison.Ordinal);
        Assert.Contains("refuses it: it needs a kernel of 5.18", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void The_rights_that_a_process_lacks_are_told_by_name()
    {
        Assert.Equal([], ProcessRights.Missing(["Name:\tx", "CapEff:\t000001ffffffffff"]));
        Assert.Equal(["CAP_BPF", "CAP_NET_ADMIN", "CAP_NET_RAW"], ProcessRights.Missing(["CapEff:\t0000000000000000"]));
        Assert.Equal(["CAP_NET_RAW"], ProcessRights.Missing(["CapEff:\t0000000000201000"]));
        Assert.Equal([], ProcessRights.Missing(["CapEff:\t0000008000003000"]));
    }

    [Fact]
    public void An_interface_that_is_not_there_is_refused_with_advice()
    {
        using var program = new TestProgram();
        var failure = Assert.Throws<KernelException>(
            () => XdpLink.Attach(program.Program.Descriptor, 999_999, "eth99"));
        Assert.Contains("Is eth99 in this network namespace?", failure.Message, StringComparison.Ordinal);
    }

    private static FlowEntry Entry(int packets) =>
        new() { Source = Frame.Address("10.0.0.1"), Destination = Frame.Address("10.0.0.2"), TargetSlot = packets };

    private static FlowKey Wide(int i) => Key($"2001:db8:c::{i:x}", 1_024, Vip6, 80);

    private static FlowKey At(int i) => Key(Client, i & 0xffff, Vip, 80);
}
