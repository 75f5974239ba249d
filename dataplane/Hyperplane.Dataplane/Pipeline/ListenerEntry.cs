using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>A listener as the packet path sees it.</summary>
/// <param name="Slot">Its counter slot.</param>
/// <param name="Groups">Its target groups.</param>
/// <param name="IdleTimeoutMs">For its new flows.</param>
/// <param name="Id">Its stable id.</param>
/// <param name="Sources">Who may begin flows; null for everybody.</param>
/// <param name="Logs">Whether the ends of its new flows are written down.</param>
internal readonly record struct ListenerEntry(
    int Slot, GroupChoice Groups, int IdleTimeoutMs, uint Id, SourceLists? Sources, bool Logs);
