using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Mesh.Tests.Hosts;

/// <summary>A host whose handler keeps all events in order and runs what a test gives it on the mesh thread.</summary>
internal sealed class TestNode : IMeshHandler, IDisposable
{
    public static readonly byte[] CellKey = [.. Enumerable.Range(1, 32).Select(static i => (byte)i)];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);
    private readonly BlockingCollection<MeshEvent> _events = [];
    private readonly BlockingCollection<long> _gapsNs = [];
    private readonly ConcurrentQueue<Action<IMeshSender>> _work = new();

    public TestNode(ushort id, ulong start = 1, Func<MeshOptions, MeshOptions>? change = null, int? address = null)
    {
        var options = new MeshOptions
        {
            Cell = "test",
            NodeId = id,
            Start = start,
            Key = CellKey,
            Listen = new IPEndPoint(IPAddress.Parse($"127.0.0.{address ?? id}"), 0),
            Seed = id,
        };
        Host = new MeshHost(change?.Invoke(options) ?? options, this, NullLogger<MeshHost>.Instance,
            TimeProvider.System);
        Id = id;
        Host.Start();
    }

    public ushort Id { get; }

    public MeshHost Host { get; }

    public MeshPeer AsPeer => new(Id, Host.ListenEndPoint);

    /// <summary>Takes a message, on the mesh thread.</summary>
    public delegate void BodyHandler(ushort node, byte type, ReadOnlySpan<byte> body);

    /// <summary>Called on the mesh thread instead of keeping the event.</summary>
    public BodyHandler? OnBody { get; set; }

    /// <summary>Called on the mesh thread in each turn.</summary>
    public Func<long, long>? OnTurnAlso { get; set; }

    public MeshPeerStatus StatusOf(ushort node) => Host.Status().Peers.Single(peer => peer.NodeId == node);

    public static void Join(params TestNode[] nodes)
    {
        foreach (TestNode node in nodes)
            node.Host.SetPeers([.. nodes.Select(static one => one.AsPeer)]);
        foreach (TestNode node in nodes)
        {
            for (int i = 1; i < nodes.Length; i++)
                node.Next<WentUp>();
        }
    }

    /// <summary>The next event, which must be of this kind.</summary>
    public T Next<T>()
        where T : MeshEvent
    {
        Assert.True(_events.TryTake(out MeshEvent? next, Limit), $"node {Id}: nothing came, {typeof(T).Name} expected");
        return Assert.IsType<T>(next);
    }

    /// <summary>The length of the next gap; a machine with much to do makes some, too.</summary>
    public long NextGapNs()
    {
        Assert.True(_gapsNs.TryTake(out long gapNs, Limit), $"node {Id}: no gap");
        return gapNs;
    }

    /// <summary>Waits until the counter of a refusal has reached a number; each turn looks.</summary>
    public void AwaitRefusals(MeshRefusal reason, int count = 1) =>
        AwaitTurn(() => Host.Status().Refused[reason] >= count);

    /// <summary>Waits for a turn after which something holds.</summary>
    public void AwaitTurn(Func<bool> holds)
    {
        var seen = new ManualResetEventSlim(); // a turn may still set it when this is over
        Func<long, long>? before = OnTurnAlso;
        OnTurnAlso = now =>
        {
            if (holds())
                seen.Set();
            return before?.Invoke(now) ?? long.MaxValue;
        };
        Host.Wake();
        Assert.True(seen.Wait(Limit), $"node {Id}: what was waited for did not come");
        OnTurnAlso = before;
    }

    /// <summary>Runs on the mesh thread.</summary>
    public void Do(Action<IMeshSender> work)
    {
        _work.Enqueue(work);
        Host.Wake();
    }

    public void Send(ushort node, byte type, byte[] body) =>
        Do(mesh => Assert.True(mesh.TrySend(node, type, body)));

    public void OnUp(ushort node, ulong start) => _events.Add(new WentUp(node, start));

    public void OnDown(ushort node, ulong start, MeshDownReason reason) =>
        _events.Add(new WentDown(node, start, reason));

    public void OnMessage(ushort node, byte type, ReadOnlySpan<byte> body)
    {
        if (OnBody is { } instead)
            instead(node, type, body);
        else
            _events.Add(new GotMessage(node, type, body.ToArray()));
    }

    public void OnGap(long gapNs) => _gapsNs.Add(gapNs);

    public long OnTurn(long nowNs)
    {
        while (_work.TryDequeue(out Action<IMeshSender>? work))
            work(Host);
        return OnTurnAlso?.Invoke(nowNs) ?? long.MaxValue;
    }

    public void Dispose()
    {
        Host.Dispose();
        _events.Dispose();
        _gapsNs.Dispose();
    }
}
