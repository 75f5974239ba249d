namespace Hyperplane.Controller.Status;

/// <summary>A cell that does not follow its tenants at the moment.</summary>
/// <param name="Cell">Its name.</param>
/// <param name="PinnedVersion">The version that an operator keeps it on; null when none.</param>
/// <param name="IsHalted">Whether the roll-out of its newest version stopped.</param>
internal sealed record HeldCell(string Cell, long? PinnedVersion, bool IsHalted);
