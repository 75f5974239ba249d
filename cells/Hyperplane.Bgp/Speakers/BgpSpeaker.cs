using System.Buffers.Binary;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Bgp;

/// <summary>
/// Tells routers which prefixes to send to this node: a set of routes goes in, the sessions converge on it.
/// </summary>
/// <remarks>
/// Connects to all peers from its making on; a session may be up with nothing announced. All members may be used from
/// any thread.
/// </remarks>
public sealed class BgpSpeaker : IAsyncDisposable
{
    private readonly BgpSpeakerOptions _options;
    private readonly ILogger<BgpSpeaker> _logger;
    private readonly List<PeerCommands> _commands = [];
    private readonly List<PeerMonitor> _monitors = [];
    private readonly Task _loops;

    /// <summary>Starts the sessions.</summary>
    /// <exception cref="ArgumentException">The options have problems; the message names all of them.</exception>
    public BgpSpeaker(BgpSpeakerOptions options, ILogger<BgpSpeaker> logger, TimeProvider time, Random random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        IReadOnlyList<string> problems = options.Problems();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        _options = options;
        _logger = logger;
        List<PeerDriver> drivers = [];
        foreach (BgpPeerOptions peer in options.Peers)
        {
            var session = new BgpSession(SessionOptions(peer), new Random(random.Next()));
            var commands = new PeerCommands();
            var monitor = new PeerMonitor(peer, session, logger, RaiseChanged);
            _commands.Add(commands);
            _monitors.Add(monitor);
            bool isInternal = peer.RemoteAs == options.LocalAs;
            drivers.Add(new PeerDriver(session, peer, isInternal, commands, monitor, time, logger));
        }

        _loops = Task.WhenAll(drivers.Select(static driver => Task.Run(driver.RunAsync)));
    }

    /// <summary>
    /// A state, a set of announced prefixes or an error has changed. Raised on a session's loop: be short.
    /// </summary>
    public event EventHandler? Changed;

    /// <summary>How each session stands, in the order of the options.</summary>
    public IReadOnlyList<BgpPeerStatus> Peers => [.. _monitors.Select(static monitor => monitor.Snapshot.Status)];

    /// <summary>The prefixes sent to at least one peer that is Established.</summary>
    public IReadOnlySet<IPNetwork> AnnouncedPrefixes
    {
        get
        {
            var union = new HashSet<IPNetwork>();
            foreach (PeerMonitor monitor in _monitors)
                union.UnionWith(monitor.Snapshot.Sent);
            return union;
        }
    }

    /// <summary>Replaces the set of routes all peers shall know; only the difference is sent.</summary>
    /// <exception cref="ArgumentException">A prefix is there twice, or there are too many; nothing changes
    /// then.</exception>
    public void Set(IReadOnlyCollection<BgpRoute> desired)
    {
        ArgumentNullException.ThrowIfNull(desired);
        if (desired.Count > _options.MaxPrefixes)
            throw new ArgumentException(
                $"{desired.Count} prefixes are more than {_options.MaxPrefixes}", nameof(desired));
        BgpRoute[] routes = [.. desired];
        var prefixes = new HashSet<IPNetwork>(routes.Length);
        foreach (BgpRoute route in routes)
            if (!prefixes.Add(route.Prefix))
                throw new ArgumentException($"{route.Prefix} is there twice", nameof(desired));
        foreach (PeerCommands commands in _commands)
            commands.Set(routes);
    }

    /// <summary>BFD lost a peer: its session, if Established, ends with Cease 6/10 (RFC 9384) and begins anew.
    /// Addresses that are no peer's mean nothing.</summary>
    public void OnBfdDown(IPAddress peer)
    {
        for (int index = 0; index < _commands.Count; index++)
            if (_options.Peers[index].Address.Equals(peer))
                _commands[index].BfdDown();
    }

    /// <summary>
    /// Ends all sessions with Cease 6/2 and the reason, at most 255 bytes of it; takes about 2 s at most.
    /// </summary>
    public Task CloseAsync(string reason)
    {
        foreach (PeerCommands commands in _commands)
            commands.Stop(reason);
        return _loops;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(CloseAsync("speaker closed"));

    private BgpSessionOptions SessionOptions(BgpPeerOptions peer) => new()
    {
        LocalAs = _options.LocalAs,
        RemoteAs = peer.RemoteAs,
        Identifier = BinaryPrimitives.ReadUInt32BigEndian(_options.RouterId.GetAddressBytes()),
        HoldTimeSeconds = peer.HoldTimeSeconds,
        KeepaliveSeconds = peer.KeepaliveSeconds,
        ConnectRetrySeconds = peer.ConnectRetrySeconds,
        HasPassword = peer.Md5Password is not null,
    };

    private void RaiseChanged()
    {
        try
        {
            Changed?.Invoke(this, EventArgs.Empty);
        }
        catch (Exception e)
        {
            // The handler is not ours: what it does wrong must not end a session.
            BgpLog.HandlerFailed(_logger, e);
        }
    }
}
