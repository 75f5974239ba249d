using System.Net;
using Hyperplane.Mesh;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Bench.Mesh;

/// <summary>A node of a cell whose handler is given piece by piece.</summary>
internal sealed class BenchNode : IMeshHandler, IDisposable
{
    private readonly ManualResetEventSlim _up = new();

    public BenchNode(ushort id)
    {
        Id = id;
        Host = new MeshHost(
            new MeshOptions
            {
                Cell = "bench",
                NodeId = id,
                Start = 1,
                Key = new byte[32],
                Listen = new IPEndPoint(IPAddress.Parse($"127.0.0.{id}"), 0),
            },
            this, NullLogger<MeshHost>.Instance, TimeProvider.System);
        Host.Start();
    }

    /// <summary>Takes a message.</summary>
    public delegate void MessageHandler(ushort node, byte type, ReadOnlySpan<byte> body);

    public ushort Id { get; }

    public MeshHost Host { get; }

    public MessageHandler? Message { get; set; }

    public Func<long>? Turn { get; set; }

    public static void Join(BenchNode one, BenchNode two)
    {
        one.Host.SetPeers([new MeshPeer(two.Id, two.Host.ListenEndPoint)]);
        two.Host.SetPeers([new MeshPeer(one.Id, one.Host.ListenEndPoint)]);
        one._up.Wait();
        two._up.Wait();
    }

    public void OnUp(ushort node, ulong start) => _up.Set();

    public void OnDown(ushort node, ulong start, MeshDownReason reason) => _up.Reset();

    public void OnMessage(ushort node, byte type, ReadOnlySpan<byte> body) => Message?.Invoke(node, type, body);

    public long OnTurn(long nowNs) => Turn?.Invoke() ?? long.MaxValue;

    public void Dispose()
    {
        Host.Dispose();
        _up.Dispose();
    }
}
