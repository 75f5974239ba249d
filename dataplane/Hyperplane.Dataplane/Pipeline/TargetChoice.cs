namespace Hyperplane.Dataplane.Pipeline;

/// <summary>The target of a new flow.</summary>
/// <param name="AddressBe">Network order.</param>
/// <param name="PortBe">Network order.</param>
/// <param name="Slot">Its counter slot.</param>
/// <param name="Id">Its stable id.</param>
internal readonly record struct TargetChoice(uint AddressBe, ushort PortBe, int Slot, uint Id);
