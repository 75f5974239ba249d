using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Model;
using Hyperplane.Bgp;

namespace Hyperplane.Agent.Routing;

/// <summary>The native BGP speaker in the agent's words.</summary>
public sealed class BgpRouteSpeaker : IRouteSpeaker
{
    private readonly BgpSpeaker _speaker;
    private readonly Action _onChange;
    private readonly Lock _gate = new();
    private bool _stale = true;
    private ImmutableArray<PeerStatus> _peers = [];
    private ImmutableArray<IPNetwork> _announced = [];

    /// <summary>Takes over a speaker.</summary>
    /// <param name="speaker">Disposed with this.</param>
    /// <param name="onChange">Called when a session or what it sent changed.</param>
    public BgpRouteSpeaker(BgpSpeaker speaker, Action onChange)
    {
        (_speaker, _onChange) = (speaker, onChange);
        _speaker.Changed += OnChanged;
    }

    /// <inheritdoc/>
    public ImmutableArray<PeerStatus> Peers
    {
        get
        {
            lock (_gate)
            {
                Refresh();
                return _peers;
            }
        }
    }

    /// <inheritdoc/>
    public ImmutableArray<IPNetwork> Announced
    {
        get
        {
            lock (_gate)
            {
                Refresh();
                return _announced;
            }
        }
    }

    /// <inheritdoc/>
    public void Set(ImmutableArray<NodeRoute> routes) => _speaker.Set([.. routes.Select(ToBgp)]);

    /// <inheritdoc/>
    public void OnLost(IPAddress router) => _speaker.OnBfdDown(router);

    /// <inheritdoc/>
    public Task CloseAsync(string reason, CancellationToken cancellationToken) =>
        _speaker.CloseAsync(reason).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _speaker.Changed -= OnChanged;
        return _speaker.DisposeAsync();
    }

    /// <summary>GSHUT goes to every router; inside our own AS the preference falls to 0 as well (RFC 8326
    /// 4.1).</summary>
    internal static BgpRoute ToBgp(NodeRoute route) => route.GracefulShutdown
        ? new BgpRoute(route.Prefix, route.NextHop) { Communities = [BgpCommunity.GracefulShutdown], LocalPref = 0 }
        : new BgpRoute(route.Prefix, route.NextHop);

    private void Refresh()
    {
        if (!_stale)
            return;
        _stale = false;
        _peers = [.. _speaker.Peers.Select(p =>
            new PeerStatus(p.Address, p.State.ToString(), p.LastError ?? "", p.PrefixesSent))];
        _announced = [.. _speaker.AnnouncedPrefixes.OrderBy(p => p.ToString(), StringComparer.Ordinal)];
    }

    private void OnChanged(object? sender, EventArgs e)
    {
        lock (_gate)
            _stale = true;
        _onChange();
    }
}
