namespace Hyperplane.Lbctl.Output;

/// <summary>A column of a table.</summary>
/// <param name="Header">In capitals.</param>
/// <param name="Cell">A row's text; null or empty is shown as a hyphen.</param>
/// <param name="IsStatus">Whether the text is a status, coloured for people.</param>
/// <param name="IsWide">Whether only wide tables have it.</param>
internal sealed record Column<T>(string Header, Func<T, string?> Cell, bool IsStatus = false, bool IsWide = false);
