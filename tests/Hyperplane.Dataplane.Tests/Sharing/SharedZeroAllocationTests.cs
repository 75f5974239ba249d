using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Kernel;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>The gate of the packet path with a flow directory: look-ups, relays, claims, resets and losses allocate
/// nothing.</summary>
public sealed class SharedZeroAllocationTests : IDisposable
{
    private const int Ports = 400;

    private readonly SharedBench _bench = new(flows: 2_000, halfOpen: 500, ring: 4_096);
    private readonly byte[] _frame = new byte[2_048];
    private readonly byte[][] _syns = Frames(port => Bench.Syn(port));
    private readonly byte[][] _acks = Frames(port => SharedBench.FromClient(port, Ack));
    private readonly byte[][] _fins = Frames(port => SharedBench.FromClient(port, Fin | Ack));
    private readonly byte[][] _resets = Frames(port => SharedBench.FromClient(port, Rst));
    private readonly byte[][] _datagrams = Frames(port => Bench.Datagram(port, 1));
    private readonly byte[][] _fragments = [.. Enumerable.Range(1, Ports).Select(port => Fragment((ushort)port))];
    private readonly byte[][] _errors = [.. Enumerable.Range(1, Ports).Select(port => Error((ushort)port))];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void What_the_directory_decides_allocates_nothing()
    {
        Round(0);
        Round(1);
        Assert.Equal(0, Allocations.In(20, Round));
        Assert.All(
            [
                PacketCounter.Relayed, PacketCounter.Parked, PacketCounter.ResetSent, PacketCounter.DropNotMine,
                PacketCounter.Unreplicated, PacketCounter.DropDirectoryTimeout, PacketCounter.DropLost,
                PacketCounter.DropFragment,
            ],
            counter => Assert.True(_bench.Count(counter) > Ports, $"{counter}: {_bench.Count(counter)}"));
    }

    private void Round(int round)
    {
        for (int i = 0; i < Ports; i++)
        {
            Give(_syns[i]);
            Give(_acks[i]);
            Give(_datagrams[i]);
            Give(_fragments[i]);
            Give(_errors[i]);
            Give(_fins[i]);
            Give(_resets[(i + round) % Ports]);
            Give(_datagrams[i], relayed: true);
            if (i % 16 == 0)
                Turn(answers: false, stepNs: 1_100_000_000);
        }
    }

    private void Give(byte[] frame, bool relayed = false)
    {
        frame[11] = (byte)(relayed ? 0x0a : 2);
        frame[6] = (byte)(relayed ? SharedBench.Peer : 2);
        _bench.Io.TryInject(frame);
        Turn(answers: true, stepNs: 3_000_000);
    }

    private void Turn(bool answers, long stepNs)
    {
        _bench.NowNs += stepNs;
        _bench.Loop.RunOnce();
        while (_bench.Io.TryTakeSent(_frame, out int length))
        {
            if (answers && _frame[47] == (byte)TcpFlags.Syn && _frame[30] == 10)
                AnswerSyn(length);
        }
        while (_bench.Exchange.Requests.TryRead(out FlowRequest request))
        {
            if (answers)
                Answer(request);
        }
        _bench.Loop.RunOnce();
        while (_bench.Io.TryTakeSent(_frame, out _))
        {
            // Frames leave.
        }
    }

    /// <summary>The target's SYN-ACK arrives before the directory's word.</summary>
    private void AnswerSyn(int length)
    {
        for (int i = 0; i < 4; i++)
            (_frame[26 + i], _frame[30 + i]) = (_frame[30 + i], _frame[26 + i]);
        for (int i = 0; i < 2; i++)
            (_frame[34 + i], _frame[36 + i]) = (_frame[36 + i], _frame[34 + i]);
        _frame[47] = (byte)(TcpFlags.Syn | TcpFlags.Ack);
        _frame[6] = 2;
        _frame[11] = 2;
        _bench.Io.TryInject(_frame.AsSpan(0, length));
        _bench.Loop.RunOnce();
    }

    /// <summary>Another kind of answer for each key: won, lost, claimed; absent, relayed, claimed, none.</summary>
    private void Answer(in FlowRequest request)
    {
        int turn = request.Key.SourcePortBe >> 8;
        FlowRecord record = request.Record;
        FlowAnswerKind kind;
        if (request.Kind == FlowRequestKind.Insert)
        {
            kind = (turn % 4) switch
            {
                0 => FlowAnswerKind.Won, 1 => FlowAnswerKind.Lost, 2 => FlowAnswerKind.Own, _ => FlowAnswerKind.NotMine,
            };
            if (kind == FlowAnswerKind.Lost)
                (record.OwnerNode, record.Incarnation) = (SharedBench.Peer, 1);
            if (kind != FlowAnswerKind.Won)
                record.SnatPortBe ^= 0x0101;
        }
        else if (request.Kind is FlowRequestKind.LookUp or FlowRequestKind.LookUpQuickly)
        {
            kind = (turn / 4 % 4) switch
            {
                0 => FlowAnswerKind.Absent, 1 => FlowAnswerKind.Relay, 2 => FlowAnswerKind.Unavailable,
                _ => FlowAnswerKind.Displaced,
            };
            (record.OwnerNode, record.OwnerStart) = (SharedBench.Peer, SharedBench.PeerStart);
        }
        else
        {
            return;
        }
        _bench.Exchange.Answers.TryWrite(new FlowAnswer { Kind = kind, Key = request.Key, Record = record });
    }

    private static byte[] Fragment(ushort port)
    {
        byte[] frame = (Bench.Datagram(port, 1) with { Payload = new byte[40] }).Bytes();
        (frame[18], frame[19], frame[20]) = ((byte)(port >> 8), (byte)port, (byte)(port % 3 == 0 ? 0 : 0x20));
        frame[21] = (byte)(port % 3 == 0 ? 1 : 0);
        TestFrame.FixIpChecksum(frame);
        return frame;
    }

    private static byte[] Error(ushort port)
    {
        byte[] packet = new Frame(Bench.Vip, 80, Bench.Client, port).Bytes();
        byte[] message = [3, 4, 0, 0, 0, 0, 5, 120, .. packet[14..54]];
        System.Runtime.InteropServices.MemoryMarshal.Write(message.AsSpan(2), InternetChecksum.Of(message));
        return TestFrame.Ip("192.0.2.254", Bench.Vip, 1, message);
    }

    private static byte[][] Frames(Func<ushort, Frame> of) =>
        [.. Enumerable.Range(1, Ports).Select(port => of((ushort)port).Bytes())];
}
