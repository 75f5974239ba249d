namespace Hyperplane.Controller.Snapshots;

/// <summary>
/// Tells one state of a cell's outbox from another, whatever the order in which its transactions commit.
/// </summary>
/// <param name="Count">How many changes it holds.</param>
/// <param name="Sum">The sum of their numbers.</param>
internal readonly record struct ChangeMark(long Count, long Sum);
