using System.Collections.Immutable;
using Hyperplane.Agent.Model;

namespace Hyperplane.Agent.Drain;

/// <summary>The order in which a node leaves: GSHUT on VIPs, silence, VIPs withdrawn, SNAT withdrawn, the
/// end.</summary>
/// <remarks>No clock inside: time is given. What it decides is <see cref="Select"/>.</remarks>
public sealed class DrainSequence(DrainTimes times)
{
    private TimeSpan _phaseStart;
    private TimeSpan _lastPacket;
    private ulong _packets;

    /// <summary>How far it is.</summary>
    public DrainPhase Phase { get; private set; } = DrainPhase.Serving;

    /// <summary>Goes on as far as the time allows.</summary>
    /// <param name="wanted">Whether the node is to leave; false takes everything back at once.</param>
    /// <param name="announcing">Whether any router has a prefix of this node; without one there is nothing to wait
    /// for.</param>
    /// <param name="forwardPackets">Frames from clients counted so far.</param>
    /// <param name="now">Since any fixed moment.</param>
    public void Advance(bool wanted, bool announcing, ulong forwardPackets, TimeSpan now)
    {
        if (!wanted)
            Phase = DrainPhase.Serving;
        else if (Phase == DrainPhase.Serving)
            Begin(announcing, forwardPackets, now);
        else if (Phase != DrainPhase.Drained)
            Continue(forwardPackets, now);
    }

    /// <summary>What is announced now, of all that a ready node announces.</summary>
    public ImmutableArray<NodeRoute> Select(ImmutableArray<NodeRoute> routes) => Phase switch
    {
        DrainPhase.Serving => routes,
        DrainPhase.Shutting => [.. routes.Select(Shut)],
        DrainPhase.VipsWithdrawn => [.. routes.Where(r => r.Kind is RouteKind.Snat or RouteKind.Probe)],
        _ => [.. routes.Where(r => r.Kind is RouteKind.Probe)],
    };

    private static NodeRoute Shut(NodeRoute route) =>
        route.Kind is RouteKind.Block or RouteKind.LoneVip ? route with { GracefulShutdown = true } : route;

    private void Begin(bool announcing, ulong forwardPackets, TimeSpan now)
    {
        _packets = forwardPackets;
        _lastPacket = now;
        Enter(announcing ? DrainPhase.Shutting : DrainPhase.Drained, now);
    }

    private void Continue(ulong forwardPackets, TimeSpan now)
    {
        if (forwardPackets != _packets)
            (_packets, _lastPacket) = (forwardPackets, now);
        TimeSpan inPhase = now - _phaseStart;
        switch (Phase)
        {
            case DrainPhase.Shutting when now - _lastPacket >= times.Quiet || inPhase >= times.LongestShutting:
                Enter(DrainPhase.VipsWithdrawn, now);
                break;
            case DrainPhase.VipsWithdrawn when inPhase >= times.VipsToSnat:
                Enter(DrainPhase.SnatWithdrawn, now);
                break;
            case DrainPhase.SnatWithdrawn when inPhase >= times.SnatToEnd:
                Enter(DrainPhase.Drained, now);
                break;
        }
    }

    private void Enter(DrainPhase phase, TimeSpan now) => (Phase, _phaseStart) = (phase, now);
}
