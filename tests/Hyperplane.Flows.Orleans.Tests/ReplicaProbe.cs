using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Hyperplane.Flows.Calls;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Orleans.Tests;

/// <summary>Asks replicas directly by a silo, one after the other.</summary>
internal sealed class ReplicaProbe : IDisposable
{
    private const ushort NodeId = ReplicaAddress.First - 1;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CallReader _reader = new(CallFrames.LongestAnswerBytes);
    private ulong _sequence;

    public ReplicaProbe(string cell, string socket)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(socket));
        Send(CallFrames.Hello, Encoding.UTF8.GetBytes(cell));
        Assert.Empty(Receive(CallFrames.Hello));
    }

    /// <summary>A replica's answer; empty when the call failed.</summary>
    public byte[] Handle(ushort address, byte[] request)
    {
        Send(address, request);
        return Receive(address);
    }

    /// <summary>Asks until every replica is filled and no silo has both of a shard.</summary>
    public void UntilTwinsAreApart(CancellationToken cancellationToken)
    {
        while (Enumerable.Range(0, ShardOrder.Shards).Any(shard =>
            !AreApart(Where(ReplicaAddress.Of(shard, 0)), Where(ReplicaAddress.Of(shard, 1)))))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The filled replicas that live on a silo.</summary>
    public ushort[] LivingOn(IPAddress silo) =>
    [
        .. Enumerable.Range(ReplicaAddress.First, ReplicaAddress.Count).Select(address => (ushort)address)
            .Where(address => Where(address) == MemoryMarshal.Read<uint>(silo.GetAddressBytes())),
    ];

    public void Dispose() => _socket.Dispose();

    private static bool AreApart(uint first, uint second) => first != 0 && second != 0 && first != second;

    /// <summary>The address of the silo, once the replica is filled; 0 before.</summary>
    private uint Where(ushort address)
    {
        byte[] request = new byte[RequestHeader.Bytes];
        MemoryMarshal.Write(request, new RequestHeader { Node = NodeId, Start = 1, Sequence = ++_sequence });
        byte[] answer = Handle(address, request);
        AnswerHeader header = answer.Length == 0 ? default : MemoryMarshal.Read<AnswerHeader>(answer);
        return (header.Flags & NodeFlags.Holds) == NodeFlags.None ? 0 : header.PlaceBe;
    }

    private void Send(ushort address, byte[] body)
    {
        var writer = new CallWriter(CallFrames.HeaderBytes + body.Length);
        Assert.True(writer.TryAdd(address, body));
        _socket.Send(writer.Waiting.Span);
    }

    private byte[] Receive(ushort expected)
    {
        ushort address;
        ReadOnlySpan<byte> body;
        while (!_reader.TryRead(out address, out body))
        {
            Assert.Null(_reader.Defect);
            int received = _socket.Receive(_reader.Space.Span);
            Assert.NotEqual(0, received);
            _reader.Add(received);
        }
        Assert.Equal(expected, address);
        return body.ToArray();
    }
}
