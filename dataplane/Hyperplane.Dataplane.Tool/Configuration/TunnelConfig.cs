using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>The tunnel to the targets of a group in mode dsr.</summary>
internal sealed record TunnelConfig
{
    /// <summary><c>gue</c>, <c>ipip</c>, <c>gre</c> or <c>vxlan</c>.</summary>
    public required TunnelKind Kind { get; init; }

    /// <summary>UDP port of the target's end, of GUE and VXLAN; 0 for the usual one.</summary>
    public ushort Port { get; init; }

    /// <summary>Of VXLAN; of GRE the key, 0 for none.</summary>
    public uint NetworkId { get; init; }
}
