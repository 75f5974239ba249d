namespace Hyperplane.Dataplane.Model;

/// <summary>How packets reach the targets of a group in mode <c>dsr</c>: whole, inside a tunnel to the target's
/// address.</summary>
/// <param name="Kind">The encapsulation.</param>
/// <param name="Port">UDP port of the target's end; 0 for the one that is usual (GUE 6080, VXLAN 4789), which the
/// others have to have.</param>
/// <param name="NetworkId">Of VXLAN; of GRE the key, 0 for none: 0 to 2^24 - 1. The others: 0.</param>
public sealed record TunnelModel(TunnelKind Kind, ushort Port = 0, uint NetworkId = 0)
{
    /// <summary>The largest number of a network.</summary>
    public const uint LargestNetworkId = (1 << 24) - 1;
}
