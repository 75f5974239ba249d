using System.Net;
using System.Net.Sockets;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Refuses tunnels to targets that cannot be meant, with the reason in words.</summary>
internal static class TunnelValidation
{
    /// <summary>Null when a group's targets can be reached as it says; otherwise the first thing wrong.</summary>
    public static string? Check(TargetGroupModel group, DataplaneModel model)
    {
        if (group.Tunnel is not { } tunnel)
            return null;
        string name = $"Target group {group.Id}";
        if (tunnel.Kind > TunnelKind.Vxlan)
            return $"{name} has tunnel {(int)tunnel.Kind}; GUE, IP in IP, GRE and VXLAN are known";
        if (tunnel.Port != 0 && tunnel.Kind is TunnelKind.Ipip or TunnelKind.Gre)
            return $"{name} gives {tunnel.Kind} a port, which it does not have";
        if (tunnel.NetworkId != 0 && tunnel.Kind is TunnelKind.Gue or TunnelKind.Ipip)
            return $"{name} gives {tunnel.Kind} a network's number, which it does not have";
        if (tunnel.NetworkId > TunnelModel.LargestNetworkId)
            return $"{name} has network {tunnel.NetworkId}; 0 to {TunnelModel.LargestNetworkId} are allowed";
        TargetModel? unreached = group.Targets.FirstOrDefault(target => !HasSource(model, target.Address));
        return unreached is null
            ? null
            : $"Target {unreached.Id} of group {group.Id} ({unreached.Address}): the node has no address of that "
                + "family to begin a tunnel at";
    }

    /// <summary>Null when the sources of tunnels can be; otherwise the first thing wrong.</summary>
    public static string? CheckSources(DataplaneModel model)
    {
        if (model.TunnelSources.IsDefault || model.TunnelSourcePrefixes.IsDefault)
            return "The model lacks one of its lists";
        if (IsAnyTwice(model.TunnelSources.Select(address => address.AddressFamily))
            || IsAnyTwice(model.TunnelSourcePrefixes.Select(prefix => prefix.BaseAddress.AddressFamily)))
            return "There are two tunnel sources, or two of their prefixes, of one address family";
        return null;
    }

    private static bool HasSource(DataplaneModel model, IPAddress target) =>
        model.TunnelSources.Any(source => source.AddressFamily == target.AddressFamily);

    private static bool IsAnyTwice(IEnumerable<AddressFamily> families) =>
        families.GroupBy(family => family).Any(group => group.Count() > 1);
}
