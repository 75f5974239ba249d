using System.Buffers.Binary;
using System.Security.Cryptography;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Dataplane.Kernel.Xsk;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Queues;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Kernel;

/// <summary>The pipelines of a node, one a receive queue: each has its share of the flows, and they share nothing that
/// is written on the packet path.</summary>
/// <remarks>The kernel gives a queue's frames to that queue's socket alone, so a frame whose flow is another pipeline's
/// is handed over.</remarks>
internal sealed class PipelineThreads : IDisposable
{
    private const int JoinPatienceMs = 5_000;

    private readonly PipelineThread[] _threads;
    private readonly Heartbeats _heartbeats;

    private PipelineThreads(PipelineThread[] threads, Heartbeats heartbeats)
    {
        (_threads, _heartbeats) = (threads, heartbeats);
        Counters = [.. threads.Select(thread => thread.Pipeline.Counters)];
    }

    /// <summary>What each counts.</summary>
    public IReadOnlyList<PipelineCounters> Counters { get; }

    /// <summary>The newest model that all of them use.</summary>
    public ulong AppliedSequence => _threads.Min(thread => thread.Pipeline.AppliedSequence);

    /// <summary>How long one of them stood still when that was too long; 0 otherwise.</summary>
    public long SleptMs => _threads.Max(thread => thread.Loop.SleptMs);

    /// <summary>Frames that found a socket's ring or memory full.</summary>
    public ulong LostFrames
    {
        get
        {
            ulong lost = 0;
            foreach (PipelineThread thread in _threads)
                lost += thread.Socket.ReadStatistics().Lost;
            return lost;
        }
    }

    /// <summary>Opens a socket for each queue and gives it to the program; <see cref="Start"/> begins.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static PipelineThreads Open(
        DataplaneOptions options, HyperplaneProgram program, NextHopTable nextHops, InterfaceInfo link,
        TunnelEnd? tunnel, int mtuBytes, TimeProvider time)
    {
        int count = link.ReceiveQueues;
        AfXdpOptions shape = AfXdpOptions.ForMtu(link.MtuBytes, count) with { Vlan = options.Vlan };
        var sockets = new List<AfXdpSocket>();
        try
        {
            for (int queue = 0; queue < count; queue++)
            {
                sockets.Add(new AfXdpSocket(link.Index, queue, shape));
                int error = program.Sockets.Update((uint)queue, (uint)sockets[queue].Descriptor);
                if (error != 0)
                    throw new KernelException("giving a socket to the XDP program", error, "");
            }
            var homes = new FlowHomes(count, options.CellSeed);
            options.Exchange?.Split(homes);
            options.FlowLog?.Split(count);
            options = options with
            {
                Commons = new NodeCommons(new BpfPathMtus(program.PathMtus, program.NarrowestPath)),
            };
            ulong secret = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
            HandOver[]? handOvers = count == 1 ? null : HandOver.Join(homes, sockets, AfXdpOptions.HandOverFrames);
            PipelineThread ThreadOf(int queue)
            {
                DataplaneOptions own = ShareOf(options, homes, queue);
                var pipeline = new PacketPipeline(
                    own, program.Cache, nextHops, secret, frames: sockets[queue],
                    relayCache: new BpfRelayCache(program.Relays, program.Relays6), tunnel: tunnel, mtuBytes: mtuBytes)
                {
                    HandOver = handOvers?[queue],
                };
                if (own.Exchange is not null)
                    own.Exchange.AnswersWaiting = sockets[queue].Wake;
                var loop = new PipelineLoop(
                    sockets[queue], pipeline, time, new PipelineHeartbeat(program.Heartbeats, queue),
                    own.Exchange is null ? 0 : options.StallTimeoutMs);
                return new PipelineThread(queue, sockets[queue], pipeline, loop);
            }
            return new PipelineThreads([.. Enumerable.Range(0, count).Select(ThreadOf)], program.Heartbeats);
        }
        catch
        {
            sockets.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    /// <summary>Begins; several pipelines stay on CPUs of their own, where there are enough.</summary>
    public void Start(int realTimePriority)
    {
        int[] cpus = CpuSet.OfThread();
        bool stays = _threads.Length > 1 && _threads.Length <= cpus.Length;
        for (int i = 0; i < _threads.Length; i++)
            _threads[i].Start(realTimePriority, stays ? cpus[i] : null);
    }

    /// <summary>Has all use tables from their next batches on.</summary>
    public void Apply(ModelTables tables)
    {
        foreach (PipelineThread thread in _threads)
            thread.Loop.Apply(tables);
    }

    /// <summary>Replaces what all know of the other nodes.</summary>
    public void UsePeers(IReadOnlyCollection<PeerNode> peers)
    {
        foreach (PipelineThread thread in _threads)
            thread.Pipeline.UsePeers(peers);
    }

    /// <summary>Whether every one of them beat within a time.</summary>
    public bool IsFresh(long nowNs, long maxAgeNs)
    {
        foreach (PipelineThread thread in _threads)
        {
            long beatNs = thread.Loop.LastBeatNs;
            if (beatNs == 0 || nowNs - beatNs > maxAgeNs)
                return false;
        }
        return true;
    }

    /// <summary>Why not all of them live, in words; null while they do.</summary>
    public string? FaultAt(long nowNs, int beatPatienceMs)
    {
        for (int i = 0; i < _threads.Length; i++)
        {
            long beatAgeMs = (nowNs - _heartbeats.LastBeatNs(i)) / 1_000_000;
            string? fault = _threads[i].Fault
                ?? (beatAgeMs > beatPatienceMs
                    ? $"the thread of pipeline {i} has not beaten for {beatAgeMs} ms"
                    : null);
            if (fault is not null)
                return fault;
        }
        return null;
    }

    /// <summary>Ends all; false when one does not end: it still uses its memory then.</summary>
    public bool TryStop()
    {
        foreach (PipelineThread thread in _threads)
            thread.Loop.Stop();
        return _threads.All(thread => thread.TryJoin(JoinPatienceMs));
    }

    /// <summary>Closes the sockets; the threads have ended.</summary>
    public void Dispose()
    {
        foreach (PipelineThread thread in _threads)
            thread.Socket.Dispose();
    }

    private static DataplaneOptions ShareOf(DataplaneOptions options, FlowHomes homes, int pipeline) => options with
    {
        Queues = homes.Pipelines,
        Pipeline = pipeline,
        FlowCapacity = homes.ShareOf(pipeline, options.FlowCapacity),
        HalfOpenCapacity = homes.ShareOf(pipeline, options.HalfOpenCapacity),
        Exchange = options.Exchange?.Lines[pipeline],
        FlowLog = options.FlowLog?.Lines[pipeline],
    };
}
