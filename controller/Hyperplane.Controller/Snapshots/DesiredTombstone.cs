using Hyperplane.Controller.Addressing;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A VIP that was deleted a while ago.</summary>
/// <param name="Address">The VIP.</param>
/// <param name="GoneInVersion">The first version without it; null when that is the version being made.</param>
internal readonly record struct DesiredTombstone(Ip Address, ulong? GoneInVersion);
