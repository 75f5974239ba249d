namespace Hyperplane.Controller.Snapshots;

/// <summary>What was read of a cell.</summary>
/// <param name="Desired">What is wanted.</param>
/// <param name="Version">The newest version given out; 0 when none was.</param>
/// <param name="ContentHash">Of that version; null when the next one must be new.</param>
/// <param name="Changes">Up to which change it is.</param>
/// <param name="Held">Load balancers, deleted ones too, and target groups that were read, with their
/// generations.</param>
internal sealed record DesiredRead(
    CellDesired Desired, ulong Version, byte[]? ContentHash, ChangeMark Changes,
    IReadOnlyDictionary<string, long> Held);
