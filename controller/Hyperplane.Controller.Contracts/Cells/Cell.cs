namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>A unit of blast radius inside a zone.</summary>
/// <param name="Name">1 to 32 of a-z, 0-9 and hyphen.</param>
/// <param name="Zone">Its zone.</param>
public sealed record Cell(string Name, string Zone);
