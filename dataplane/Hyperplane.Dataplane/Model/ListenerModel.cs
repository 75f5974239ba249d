namespace Hyperplane.Dataplane.Model;

/// <summary>A protocol and port of a VIP, and where its flows go.</summary>
/// <param name="Id">Stable; counters are kept per id.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="TargetGroupId">A group of the same model.</param>
/// <param name="IdleTimeoutMs">A flow without packets for this long is forgotten.</param>
public sealed record ListenerModel(uint Id, IpProtocol Protocol, ushort Port, uint TargetGroupId, int IdleTimeoutMs);
