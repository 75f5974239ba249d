using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Queues;

/// <summary>One pipeline's lines to and from the others of its node.</summary>
/// <remarks>Used by the pipeline's thread alone. A frame is judged by the pipeline that its flow's key leads to; all
/// pipelines ask the same function, so none hands a frame back. A pipeline that rests is woken by whoever gives it a
/// frame.</remarks>
internal sealed class HandOver
{
    private readonly FlowHomes _homes;
    private readonly int _own;
    private readonly HandOverLine?[] _toOthers;
    private readonly HandOverLine?[] _toUs;
    private readonly int[] _placesOwed;
    private readonly PipelineBell[] _bells;
    private readonly bool[] _isToRing;
    private HandedFrame _note;
    private int _home;
    private bool _hasGiven;

    private HandOver(FlowHomes homes, int own, HandOverLine?[,] lines, PipelineBell[] bells, int capacity)
    {
        (_homes, _own, _bells) = (homes, own, bells);
        _toOthers = [.. Enumerable.Range(0, bells.Length).Select(other => lines[own, other])];
        _toUs = [.. Enumerable.Range(0, bells.Length).Select(other => lines[other, own])];
        _placesOwed = [.. _toUs.Select(line => line is null ? 0 : capacity)];
        _isToRing = new bool[bells.Length];
        LendPlaces();
    }

    /// <summary>The pipelines of the node.</summary>
    public int Pipelines => _bells.Length;

    /// <summary>Joins the pipelines of a node; before any of them runs.</summary>
    /// <param name="homes">Where flows are at home.</param>
    /// <param name="ios">The pipelines' frames, one each; each lends <paramref name="capacity"/> places to every other
    /// pipeline.</param>
    /// <param name="capacity">Frames under way from one pipeline to another, a power of two.</param>
    public static HandOver[] Join(FlowHomes homes, IReadOnlyList<IFrameIo> ios, int capacity)
    {
        if (ios.Count != homes.Pipelines)
            throw new ArgumentException("one for each pipeline", nameof(ios));
        var lines = new HandOverLine?[ios.Count, ios.Count];
        for (int from = 0; from < ios.Count; from++)
        {
            for (int to = 0; to < ios.Count; to++)
                lines[from, to] = from == to ? null : new HandOverLine(ios[to], capacity);
        }
        PipelineBell[] bells = [.. ios.Select(io => new PipelineBell(io))];
        return [.. Enumerable.Range(0, ios.Count).Select(own => new HandOver(homes, own, lines, bells, capacity))];
    }

    /// <summary>Whether frames with this key are this pipeline's; notes whose they are otherwise.</summary>
    public bool IsHome(in FlowKey key)
    {
        _home = _homes.Of(key);
        _note = default;
        return _home == _own;
    }

    /// <summary>The same of a fragment, whose flow the other pipeline is told.</summary>
    public bool IsHomeOfFragment(in FlowKey flow, bool isFragmentHome)
    {
        if (IsHome(flow))
            return true;
        _note = new HandedFrame(default, IsFragment: true, isFragmentHome, flow);
        return false;
    }

    /// <summary>Copies the frame that was asked for last to its pipeline; false when that one is behind.</summary>
    public bool TryGive(ReadOnlySpan<byte> frame)
    {
        if (!_toOthers[_home]!.TryGive(frame, _note))
            return false;
        _hasGiven = _isToRing[_home] = true;
        return true;
    }

    /// <summary>Takes a frame that another pipeline gave; false when there is none.</summary>
    public bool TryTake(int sender, out HandedFrame frame)
    {
        frame = default;
        if (_toUs[sender] is not { } line || !line.TryTake(out frame))
            return false;
        _placesOwed[sender]++;
        return true;
    }

    /// <summary>Lends the others places in the stead of those that came back with frames, so far as there are
    /// any.</summary>
    public void LendPlaces()
    {
        for (int sender = 0; sender < _toUs.Length; sender++)
        {
            while (_placesOwed[sender] > 0 && _toUs[sender]!.TryLend())
                _placesOwed[sender]--;
        }
    }

    /// <summary>Wakes the pipelines that rest and were given frames.</summary>
    public void Ring()
    {
        if (!_hasGiven)
            return;
        _hasGiven = false;
        // A pipeline first says that it rests and then looks for frames: one of us sees the other.
        Interlocked.MemoryBarrier();
        for (int other = 0; other < _isToRing.Length; other++)
        {
            if (!_isToRing[other])
                continue;
            _isToRing[other] = false;
            _bells[other].Ring();
        }
    }

    /// <summary>Before a wait: from now on this pipeline is woken. False when frames are there already.</summary>
    public bool TryRest()
    {
        _bells[_own].Rest();
        foreach (HandOverLine? line in _toUs)
        {
            if (line is not { HasFrames: true })
                continue;
            GoOn();
            return false;
        }
        return true;
    }

    /// <summary>After a wait.</summary>
    public void GoOn() => _bells[_own].GoOn();
}
