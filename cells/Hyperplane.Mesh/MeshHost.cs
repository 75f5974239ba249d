using System.Net;
using Hyperplane.Linux.Sockets;
using Hyperplane.Mesh.Hosting;
using Hyperplane.Mesh.Records;
using Hyperplane.Mesh.Sessions;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Mesh;

/// <summary>A node's part of its cell's mesh: one TCP connection per pair of nodes, sealed with keys derived from the
/// cell's key, served by one thread that also runs the handler's logic.</summary>
/// <remarks>
/// The lower node id connects. Who is not in the list of peers, or comes from another address, is refused. Messages
/// between two nodes arrive in order and at most once; those of one turn leave together. Whatever arrives is a verdict
/// and a counter, see <see cref="Status"/>. After the first messages the thread allocates nothing.
/// </remarks>
public sealed class MeshHost : IMeshSender, IDisposable
{
    /// <summary>Greatest type of a message; the mesh keeps those above for itself.</summary>
    public const byte MaxType = 239;

    /// <summary>What a message may cost in a queue beyond its body.</summary>
    public const int MessageOverheadBytes = RecordFormat.FrameHeaderBytes + RecordFormat.MessageHeaderBytes;

    private const int MaxPeers = 64;
    private const int Backlog = 128;
    private readonly MeshContext _context;
    private readonly MeshRequests _requests = new();
    private readonly MeshAlarm _alarm = new();
    private readonly PeerTable _peers;
    private MeshLoop? _loop;
    private Thread? _thread;

    /// <summary>A host that does nothing yet.</summary>
    /// <exception cref="ArgumentException">The options have problems; the message names all of them.</exception>
    public MeshHost(MeshOptions options, IMeshHandler handler, ILogger<MeshHost> logger, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        IReadOnlyList<string> problems = options.Problems();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        _context = new MeshContext(options, handler, logger, new MonotonicClock(time), new MeshCounters());
        _peers = new PeerTable(options);
        ListenEndPoint = options.Listen;
    }

    /// <summary>Where it listens; with the port that the kernel chose, once started.</summary>
    public IPEndPoint ListenEndPoint { get; private set; }

    /// <summary>Listens, in the network namespace of the caller, and starts the thread.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public void Start()
    {
        if (_thread is not null)
            throw new InvalidOperationException("the mesh is started already");
        StreamSocket listener = StreamSocket.Listen(_context.Options.Listen, Backlog);
        ListenEndPoint = listener.LocalEndPoint(_context.Options.Listen.AddressFamily);
        _loop = new MeshLoop(_context, _requests, _alarm, _peers, listener);
        _thread = new Thread(Run) { Name = "mesh", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The other nodes of the cell, all of them; any thread. This node's own entry is passed over. A peer that
    /// is gone from the list is told and goes down with <see cref="MeshDownReason.Removed"/>; so does one whose address
    /// changed, which is then another peer.</summary>
    /// <exception cref="ArgumentException">Two peers with one id, or more than 64.</exception>
    public void SetPeers(IReadOnlyList<MeshPeer> peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        if (peers.Count > MaxPeers)
            throw new ArgumentException($"{peers.Count} peers are more than {MaxPeers}", nameof(peers));
        if (peers.DistinctBy(static peer => peer.NodeId).Count() != peers.Count)
            throw new ArgumentException("two peers have the same id", nameof(peers));
        _requests.SetPeers([.. peers]);
        _alarm.Set();
    }

    /// <summary>Makes the thread take a turn; any thread, at most one system call until it has woken.</summary>
    public void Wake() => _alarm.Set();

    /// <inheritdoc/>
    public bool TrySend(ushort node, byte type, ReadOnlySpan<byte> body)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(type, MaxType);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(body.Length, _context.Options.MaxFrameBytes, nameof(body));
        return Loop.Sessions.TrySend(node, type, body);
    }

    /// <inheritdoc/>
    public int FreeBytes(ushort node) => Loop.Sessions.FreeBytes(node);

    /// <inheritdoc/>
    public void Disconnect(ushort node, MeshDownReason reason)
    {
        if (reason is MeshDownReason.None or MeshDownReason.Closed or > MeshDownReason.Unresponsive)
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "not a reason that can be told");
        if (_peers.Find(node)?.Session is { } session)
            Loop.Sessions.End(session, reason, tellPeer: true);
    }

    /// <inheritdoc/>
    public void Restart(ulong start) => Loop.Restart(start);

    /// <summary>The planned end: tells all peers, waits at most <see cref="MeshOptions.GoodbyeLimit"/> until they have
    /// read everything, and ends the thread. Any thread; on the mesh thread it returns at once and the end comes after
    /// the turn.</summary>
    public void Goodbye()
    {
        _requests.IsGoodbye = true;
        End();
    }

    /// <summary>How it stands; any thread.</summary>
    public MeshStatus Status() => new(
        [.. _peers.All.Select(static peer => peer.ToStatus())],
        _context.Counters.Refused(),
        Volatile.Read(ref _context.Counters.Turns),
        Volatile.Read(ref _context.Counters.Gaps));

    /// <summary>Ends without a word: peers see what they see when a process dies.</summary>
    public void Dispose()
    {
        _requests.IsEnd = true;
        End();
        _alarm.Dispose();
    }

    private MeshLoop Loop => _loop ?? throw new InvalidOperationException("the mesh is not started");

    private void End()
    {
        _alarm.Set();
        if (_thread is not null && _thread != Thread.CurrentThread)
            _thread.Join();
    }

    private void Run()
    {
        try
        {
            Loop.Run();
        }
        catch (Exception exception)
        {
            MeshLog.Failed(_context.Logger, exception);
            throw;
        }
    }
}
