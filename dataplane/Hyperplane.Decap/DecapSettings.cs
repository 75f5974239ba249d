using System.Net;
using Hyperplane.Decap.Hooks;

namespace Hyperplane.Decap;

/// <summary>What <c>hpdecap install</c> was asked for.</summary>
internal sealed record DecapSettings
{
    /// <summary>A limit of each list.</summary>
    public const int MaxPrefixes = 4_096;

    /// <summary>As in the load balancer.</summary>
    public const int DefaultGuePort = 6080;

    /// <summary>Where tunnelled packets come in.</summary>
    public required string Interface { get; init; }

    /// <summary>This machine's addresses that the load balancer sends to; at least one.</summary>
    public required IReadOnlyList<IPAddress> TunnelAddresses { get; init; }

    /// <summary>Who may send through a tunnel; at least one.</summary>
    public required IReadOnlyList<IPNetwork> Sources { get; init; }

    /// <summary>Where a packet inside may go; empty for anywhere.</summary>
    public IReadOnlyList<IPNetwork> Vips { get; init; } = [];

    /// <summary>UDP port of GUE, 1 to 65535, not that of VXLAN.</summary>
    public int GuePort { get; init; } = DefaultGuePort;

    /// <summary>The VXLAN network that is taken, 0 to 2^24 − 1; null for each.</summary>
    public int? Vni { get; init; }

    /// <summary>Where the program stands.</summary>
    public HookKind Hook { get; init; } = HookKind.Tc;
}
