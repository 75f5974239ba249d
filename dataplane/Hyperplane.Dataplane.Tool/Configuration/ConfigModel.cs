using System.Collections.Immutable;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>Turns a configuration into what the dataplane is given.</summary>
internal static class ConfigModel
{
    private const int TcpIdleSeconds = 350;
    private const int UdpIdleSeconds = 120;

    /// <summary>The model of a configuration.</summary>
    public static DataplaneModel Of(HpdpConfig config) => new()
    {
        Version = 1,
        OwnPrefixes = config.OwnPrefixes,
        SnatAddresses = config.SnatAddresses,
        TunnelSources = config.TunnelSources,
        TunnelSourcePrefixes = config.TunnelSourcePrefixes,
        Gateways = config.Gateways,
        Vips =
        [
            .. config.Vips.Select(vip => new VipModel(vip.Id, vip.Address, [.. vip.Listeners.Select(Listener)])),
        ],
        TargetGroups =
        [
            .. config.TargetGroups.Select(group => new TargetGroupModel(
                group.Id, [.. group.Targets.Select(Target)], group.Selection, Tunnel(group.Tunnel),
                group.ProxyProtocol)
            {
                MinHealthyCount = group.MinHealthyCount,
                MinHealthyPercent = group.MinHealthyPercent,
            }),
        ],
    };

    /// <summary>A listener's target groups by weight.</summary>
    public static ImmutableArray<TargetGroupShare> Shares(ListenerConfig listener) => listener.TargetGroup is { } only
        ? [new TargetGroupShare(only, 1)]
        : [.. listener.TargetGroups.Select(
            share => new TargetGroupShare(share.TargetGroup, share.Weight, share.NearFirst))];

    private static ListenerModel Listener(ListenerConfig listener)
    {
        int seconds = listener.IdleTimeoutSeconds
            ?? (listener.Protocol == IpProtocol.Tcp ? TcpIdleSeconds : UdpIdleSeconds);
        return new ListenerModel(listener.Id, listener.Protocol, listener.Port, Shares(listener), seconds * 1_000)
        {
            Sources = listener.Allow.IsEmpty && listener.Deny.IsEmpty
                ? null
                : new SourceLists(listener.Allow, listener.Deny),
        };
    }

    private static TunnelModel? Tunnel(TunnelConfig? tunnel) =>
        tunnel is null ? null : new TunnelModel(tunnel.Kind, tunnel.Port, tunnel.NetworkId);

    private static TargetModel Target(TargetConfig target) =>
        new(
            target.Id, target.Address, target.Port, target.Weight, target.Healthy, target.Draining, Far: target.Far);
}
