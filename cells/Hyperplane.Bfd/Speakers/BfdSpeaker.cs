using System.Net;
using Hyperplane.Linux.Threads;
using Hyperplane.Linux.Udp;

namespace Hyperplane.Bfd;

/// <summary>Keeps a BFD session with each peer: towards routers, so that they notice when this node stops forwarding,
/// and between the nodes of a cell.</summary>
/// <remarks>
/// RFC 5880 and 5881: asynchronous, single-hop, IPv4, TTL 255 both ways. One thread of its own serves all sessions, in
/// real time if the kernel allows it, and allocates nothing while the peers stay the same. It lives in the network
/// namespace of the thread that makes it. All members may be used from any thread, callbacks included. Withdraw routes
/// before removing a router, and close before the pipeline stops: a goodbye is no failure to the neighbour, and leaves
/// only while the node is fresh.
/// </remarks>
public sealed class BfdSpeaker : IDisposable
{
    private readonly BfdSpeakerOptions _options;
    private readonly MonotonicClock _clock;
    private readonly BfdLoop _loop;
    private readonly UdpWire _wire;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _started = new();
    private readonly Lock _gate = new();
    private bool _ended;

    /// <summary>Starts the thread, with no peers yet.</summary>
    /// <exception cref="ArgumentException">The options have problems; the message names all of them.</exception>
    /// <exception cref="UdpSocketException">Port 3784 is taken, or the kernel refused a socket.</exception>
    public BfdSpeaker(BfdSpeakerOptions options, TimeProvider time, Random random, BfdCallbacks callbacks)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(callbacks);
        IReadOnlyList<string> problems = options.Problems();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        _options = options;
        _clock = new MonotonicClock(time);
        var ownRandom = new Random(random.Next());
        _wire = new UdpWire(options.ListenAddress, ownRandom);
        _loop = new BfdLoop(_wire, _clock, ownRandom, callbacks);
        _thread = new Thread(Run) { IsBackground = true, Name = "bfd" };
        _thread.Start();
        _started.Wait();
    }

    /// <summary>True when the thread runs before all ordinary ones; false when that was not asked for or the process
    /// may not (CAP_SYS_NICE).</summary>
    public bool IsRealTime { get; private set; }

    /// <summary>How each session stands, in the order of the peers that were set last.</summary>
    public IReadOnlyList<BfdPeerStatus> Peers
    {
        get
        {
            long nowNs = _clock.NowNs;
            return [.. _loop.Links.Select(link => link.Status(nowNs))];
        }
    }

    /// <summary>Times the thread did not run for longer than the shortest detection time.</summary>
    public long Gaps => _loop.GapCount;

    /// <summary>Times a callback threw.</summary>
    public long CallbackFailures => _loop.CallbackFailures;

    /// <summary>Datagrams by what became of them.</summary>
    public long Count(BfdVerdict verdict) => _loop.Count(verdict);

    /// <summary>Replaces the peers, soon: new ones begin, kept ones go on (a change of intervals does not end a
    /// session), others are told that the end is meant. Without effect after <see cref="Close"/>.</summary>
    /// <exception cref="ArgumentException">An address is there twice, there are too many, or a peer has problems;
    /// nothing changes then.</exception>
    public void SetPeers(IReadOnlyList<BfdPeerOptions> peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        BfdPeerOptions[] wanted = [.. peers];
        List<string> problems = [.. wanted.SelectMany(static peer => peer.Problems())];
        if (wanted.Length > _options.MaxPeers)
            problems.Add($"{wanted.Length} BFD peers are more than {_options.MaxPeers}");
        foreach (IGrouping<IPAddress, BfdPeerOptions> twice in wanted.GroupBy(static peer => peer.Address))
            if (twice.Count() > 1)
                problems.Add($"BFD peer {twice.Key} is named {twice.Count()} times");
        if (problems.Count > 0)
            throw new ArgumentException(string.Join("; ", problems), nameof(peers));
        _loop.SetPeers(wanted);
        Wake();
    }

    /// <summary>Tells all peers that the end is meant, and ends the thread; waits for that, except in a
    /// callback.</summary>
    public void Close()
    {
        _loop.Close();
        Wake();
        if (Thread.CurrentThread != _thread)
            _thread.Join();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _started.Dispose();
    }

    private void Run()
    {
        IsRealTime = _options.RealTimePriority > 0 && RealTime.TryEnter(_options.RealTimePriority) == 0;
        _started.Set();
        _loop.Run();
        lock (_gate)
        {
            _ended = true;
            _wire.Dispose();
        }
    }

    private void Wake()
    {
        lock (_gate)
            if (!_ended)
                _wire.Wake();
    }
}
