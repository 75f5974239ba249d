using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Queues;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;

namespace Hyperplane.Dataplane.Tests.Queues;

public sealed class HandOverTests : IDisposable
{
    private const int Capacity = 8;
    private const int Buffers = 20;

    private readonly MemoryFrameIo[] _ios = [new MemoryFrameIo(Buffers), new MemoryFrameIo(Buffers)];
    private readonly FlowHomes _homes = new(2, 1);
    private readonly HandOver[] _ends;

    public HandOverTests() => _ends = HandOver.Join(_homes, _ios, Capacity);

    /// <summary>A key that is at home at pipeline 1.</summary>
    private FlowKey Key => Enumerable.Range(1, 100)
        .Select(port => Frame.Key(Bench.Client, (ushort)port, Bench.Vip, 80)).First(key => _homes.Of(key) == 1);

    public void Dispose() => Array.ForEach(_ios, io => io.Dispose());

    [Fact]
    public void A_frame_arrives_in_the_other_pipelines_memory_and_no_more_than_there_are_places()
    {
        Assert.All(_ios, io => Assert.Equal(Buffers - Capacity, io.FreeFrames));
        Assert.True(_ends[1].IsHome(Key));
        Assert.False(_ends[0].IsHome(Key));
        for (byte i = 0; i < Capacity; i++)
            Assert.True(_ends[0].TryGive([i, 7, 7]));
        Assert.False(_ends[0].TryGive([9, 9, 9]));
        for (byte i = 0; i < Capacity; i++)
        {
            Assert.True(_ends[1].TryTake(sender: 0, out HandedFrame handed));
            Assert.False(handed.IsFragment);
            Assert.Equal([i, 7, 7], _ios[1].Bytes(handed.Frame).ToArray());
            _ios[1].Release(handed.Frame);
        }
        Assert.False(_ends[1].TryTake(sender: 0, out _));
        Assert.False(_ends[0].TryGive([9]));
        _ends[1].LendPlaces();
        Assert.True(_ends[0].TryGive([9]));
        Assert.Equal(Buffers - Capacity, _ios[1].FreeFrames);
    }

    [Fact]
    public void Places_that_cannot_be_lent_for_lack_of_memory_are_lent_later()
    {
        Assert.False(_ends[0].IsHome(Key));
        for (int i = 0; i < Capacity; i++)
            Assert.True(_ends[0].TryGive([1]));
        var held = new List<FrameSlot>();
        while (_ends[1].TryTake(sender: 0, out HandedFrame handed))
            held.Add(handed.Frame);
        while (_ios[1].TryTake(1, out FrameSlot other))
            held.Add(other);
        _ends[1].LendPlaces();
        Assert.False(_ends[0].TryGive([1]));
        _ios[1].Release(held[0]);
        _ends[1].LendPlaces();
        Assert.True(_ends[0].TryGive([1]));
        Assert.False(_ends[0].TryGive([1]));
    }

    [Fact]
    public void A_frame_that_is_longer_than_a_place_is_not_taken()
    {
        Assert.False(_ends[0].IsHome(Key));
        Assert.True(_ends[0].TryGive(new byte[_ios[1].FrameBytes]));
        Assert.False(_ends[0].TryGive(new byte[_ios[1].FrameBytes + 1]));
    }

    [Fact]
    public void What_is_known_of_a_fragment_goes_with_it()
    {
        Assert.True(_ends[1].IsHomeOfFragment(Key, isFragmentHome: true));
        Assert.False(_ends[0].IsHomeOfFragment(Key, isFragmentHome: true));
        Assert.True(_ends[0].TryGive([1]));
        Assert.False(_ends[0].IsHome(Key));
        Assert.True(_ends[0].TryGive([1]));
        Assert.True(_ends[1].TryTake(sender: 0, out HandedFrame fragment));
        Assert.True(_ends[1].TryTake(sender: 0, out HandedFrame other));
        Assert.Equal((true, true, Key), (fragment.IsFragment, fragment.IsFragmentHome, fragment.Flow));
        Assert.False(other.IsFragment);
    }

    [Fact]
    public void Whoever_rests_is_woken_by_a_frame_and_does_not_rest_over_one()
    {
        Assert.False(_ends[0].IsHome(Key));
        Assert.True(_ends[1].TryRest());
        Assert.True(_ends[0].TryGive([1]));
        _ends[0].Ring();
        // Returns at once, or the test does not end.
        _ios[1].Wait(Timeout.Infinite);
        _ends[1].GoOn();
        Assert.False(_ends[1].TryRest());
        Assert.True(_ends[1].TryTake(sender: 0, out _));
        Assert.True(_ends[1].TryRest());
    }

    [Fact]
    public void As_many_frames_memories_as_pipelines_are_joined() =>
        Assert.Throws<ArgumentException>(() => HandOver.Join(new FlowHomes(3, 1), _ios, Capacity));
}
