using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>A client's datagrams to the VIP and their echoes: all of one flow must meet one target by one
/// translation.</summary>
internal sealed class DatagramFlow(TrafficCell world, uint id, FlowKey key, int datagrams, long gapNs)
{
    private const long AnswerNs = 50_000_000;

    private readonly HashSet<uint> _answered = [];
    private uint _sent;
    private FlowKey _translation;
    private int _target;
    private bool _isKnown;

    public bool IsOver { get; private set; }

    public long OpenedNs { get; private set; } = long.MaxValue;

    public void Open()
    {
        OpenedNs = world.Cell.NowNs;
        Ask();
    }

    /// <summary>An echo.</summary>
    public void Receive(in Segment segment) => _answered.Add((uint)segment.Word);

    /// <summary>A datagram reached a target.</summary>
    public void Arrive(in FlowKey translation, int target)
    {
        bool isOther = _translation != translation || _target != target;
        if (_isKnown && isOther && !world.WasTroubled(OpenedNs - 1, OpenedNs + 400_000_000))
        {
            world.Violate($"datagram flow {id} ({Describe.Key(key)}) was translated to {Describe.Key(_translation)} "
                + $"at target {_target} and now to {Describe.Key(translation)} at {target}");
        }
        (_translation, _target) = (translation, target);
        _isKnown = true;
    }

    private void Ask()
    {
        uint number = ++_sent;
        long sentNs = world.Cell.NowNs;
        world.Fabric.FromHost(new Segment(key, TcpFlags.None, 0, 0, ((ulong)id << 32) | number, true));
        world.Cell.After(AnswerNs, () =>
        {
            if (!_answered.Contains(number) && world.IsQuietSince(sentNs))
                world.Violate($"datagram {number} of flow {id} ({Describe.Key(key)}) gets no answer in quiet times");
        });
        if (number < datagrams)
            world.Cell.After(world.Cell.Chance.NextInt64(gapNs) + 1_000_000, Ask);
        else
            world.Cell.After(AnswerNs, () => IsOver = true);
    }
}
