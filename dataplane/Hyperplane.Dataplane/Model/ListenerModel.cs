using System.Collections.Immutable;

namespace Hyperplane.Dataplane.Model;

/// <summary>A protocol and port of a VIP, and where its flows go.</summary>
/// <param name="Id">Stable; counters are kept per id.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Groups">1 to 8, by weight; a change moves no flow that is there.</param>
/// <param name="IdleTimeoutMs">A flow without packets for this long is forgotten.</param>
public sealed record ListenerModel(
    uint Id, IpProtocol Protocol, ushort Port, ImmutableArray<TargetGroupShare> Groups, int IdleTimeoutMs)
{
    /// <summary>With all flows to one group.</summary>
    public ListenerModel(uint id, IpProtocol protocol, ushort port, uint targetGroupId, int idleTimeoutMs)
        : this(id, protocol, port, [new TargetGroupShare(targetGroupId, 1)], idleTimeoutMs)
    {
    }

    /// <summary>Who may begin flows; null for everybody.</summary>
    public SourceLists? Sources { get; init; }

    /// <summary>Whether the ends of its flows are written down, of those that begin from now on.</summary>
    public bool Logs { get; init; }
}
