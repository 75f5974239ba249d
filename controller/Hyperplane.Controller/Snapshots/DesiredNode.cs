namespace Hyperplane.Controller.Snapshots;

/// <summary>A node of a cell; it has its addresses from the day it was declared.</summary>
internal sealed record DesiredNode(
    int Id, string Name, uint Address, IReadOnlyList<uint> SnatAddresses, uint ProbeAddress, bool Draining);
