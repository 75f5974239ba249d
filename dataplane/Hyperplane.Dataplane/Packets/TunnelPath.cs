using System.Buffers.Binary;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>How the packets of a flow in mode <c>dsr</c> reach their target.</summary>
/// <remarks>Tables and records keep it where flows in mode <c>nat</c> have their translation: the target's address, and
/// for the source an address of 0.0.0.0/8, which no host has.</remarks>
/// <param name="Kind">The encapsulation.</param>
/// <param name="Port">UDP port of the target's end; 0 for encapsulations without.</param>
/// <param name="NetworkId">Of VXLAN; of GRE the key, 0 for none.</param>
public readonly record struct TunnelPath(TunnelKind Kind, ushort Port, uint NetworkId)
{
    /// <summary>IANA's port of VXLAN.</summary>
    public const ushort VxlanPort = 4_789;

    private const int FirstKind = 1;

    /// <summary>As a target group has it.</summary>
    public static TunnelPath Of(TunnelModel model)
    {
        ushort usual = model.Kind switch
        {
            TunnelKind.Gue => GueHeader.Port,
            TunnelKind.Vxlan => VxlanPort,
            _ => 0,
        };
        return new TunnelPath(model.Kind, model.Port == 0 ? usual : model.Port, model.NetworkId);
    }

    /// <summary>Whether what stands in the place of a translation is a path.</summary>
    public static bool IsIn(in FlowKey translation) =>
        translation.Destination.IsIpv4 && (byte)translation.Destination.Ipv4Be == 0;

    /// <summary>Whether it is also one that may be.</summary>
    public static bool IsValidIn(in FlowKey translation)
    {
        if (translation.SourcePortBe - FirstKind is not (>= 0 and <= (int)TunnelKind.Vxlan))
            return false;
        TunnelPath path = From(translation);
        bool hasPort = path.Kind is TunnelKind.Gue or TunnelKind.Vxlan;
        bool mayHaveNetwork = path.Kind is TunnelKind.Gre or TunnelKind.Vxlan;
        return hasPort == (path.Port != 0) && (mayHaveNetwork || path.NetworkId == 0);
    }

    /// <summary>The path in the place of a translation.</summary>
    public static TunnelPath From(in FlowKey translation) => new(
        (TunnelKind)(translation.SourcePortBe - FirstKind),
        BinaryPrimitives.ReverseEndianness(translation.DestinationPortBe),
        BinaryPrimitives.ReverseEndianness(translation.Destination.Ipv4Be));

    /// <summary>The path to a target, to stand in the place of a translation.</summary>
    public FlowKey To(in PacketAddress target, uint protocol) => new(
        target, new PacketAddress(BinaryPrimitives.ReverseEndianness(NetworkId)), (ushort)((int)Kind + FirstKind),
        BinaryPrimitives.ReverseEndianness(Port), protocol);
}
