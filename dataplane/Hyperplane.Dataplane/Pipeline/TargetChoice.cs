using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>The target of a new flow.</summary>
/// <param name="Address">Of either family.</param>
/// <param name="PortBe">Network order.</param>
/// <param name="Slot">Its counter slot.</param>
/// <param name="Id">Its stable id.</param>
/// <param name="Tunnel">How it is reached in mode <c>dsr</c>; null in mode <c>nat</c>.</param>
internal readonly record struct TargetChoice(
    PacketAddress Address, ushort PortBe, int Slot, uint Id, TunnelPath? Tunnel);
