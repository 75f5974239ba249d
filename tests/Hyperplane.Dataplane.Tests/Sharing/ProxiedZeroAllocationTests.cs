using System.Buffers.Binary;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>The gate of the packet path with headers: sending, repeating and giving up allocate nothing.</summary>
public sealed class ProxiedZeroAllocationTests : IDisposable
{
    private const int Ports = 200;

    private readonly SharedBench _bench = new(flows: 2_000, halfOpen: 1_000, ring: 4_096);
    private readonly byte[] _frame = new byte[2_048];
    private readonly byte[][] _syns = Frames(port => Bench.Syn(port) with { Sequence = 5_000, Payload = [1] });
    private readonly byte[][] _acks = Frames(port => SharedBench.FromClient(port, Ack));
    private readonly byte[][] _resets = Frames(port => SharedBench.FromClient(port, Rst));

    public ProxiedZeroAllocationTests() => _bench.Use(ProxiedBench.Model());

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Headers_allocate_nothing()
    {
        Round();
        Round();
        Assert.Equal(0, Allocations.In(5, _ => Round()));
        Assert.True(_bench.Count(PacketCounter.HeaderSent) > 7 * Ports * 2);
        Assert.True(_bench.Count(PacketCounter.ResetSent) > 7 * Ports / 2);
        Assert.True(_bench.Cache.Installs > Ports);
    }

    private void Round()
    {
        for (int i = 0; i < Ports; i++)
        {
            Give(_syns[i], Syn | Ack, 5_001 - 28);
            // Every other target takes no header.
            Give(_acks[i], Ack, i % 2 == 0 ? 5_001u : 5_001 - 28);
        }
        for (int i = 0; i < 140; i++)
            Turn(100_000_000, None, 0);
        for (int i = 0; i < Ports; i++)
            Give(_resets[i], None, 0);
        for (int i = 0; i < 30; i++)
            Turn(100_000_000, None, 0);
    }

    private void Give(byte[] frame, TcpFlags answer, uint acknowledgement)
    {
        _bench.Io.TryInject(frame);
        Turn(1_000_000, answer, acknowledgement);
        Turn(1_000_000, None, 0);
    }

    /// <summary>One turn of the loop; the target answers the last frame that came out.</summary>
    private void Turn(long stepNs, TcpFlags answer, uint acknowledgement)
    {
        _bench.NowNs += stepNs;
        _bench.Loop.RunOnce();
        while (_bench.Exchange.Requests.TryRead(out FlowRequest request))
        {
            if (request.Kind == FlowRequestKind.Insert)
                _bench.Exchange.Answers.TryWrite(new FlowAnswer { Kind = FlowAnswerKind.Won, Record = request.Record });
        }
        _bench.Loop.RunOnce();
        int last = 0;
        while (_bench.Io.TryTakeSent(_frame, out int length))
            last = length;
        if (answer == None || last == 0)
            return;
        for (int i = 0; i < 4; i++)
            (_frame[26 + i], _frame[30 + i]) = (_frame[30 + i], _frame[26 + i]);
        for (int i = 0; i < 2; i++)
            (_frame[34 + i], _frame[36 + i]) = (_frame[36 + i], _frame[34 + i]);
        BinaryPrimitives.WriteUInt32BigEndian(_frame.AsSpan(38), 90_000);
        BinaryPrimitives.WriteUInt32BigEndian(_frame.AsSpan(42), acknowledgement);
        _frame[47] = (byte)answer;
        _bench.Io.TryInject(_frame.AsSpan(0, last));
    }

    private static byte[][] Frames(Func<ushort, Frame> make) =>
        [.. Enumerable.Range(1, Ports).Select(port => make((ushort)port).Bytes())];
}
