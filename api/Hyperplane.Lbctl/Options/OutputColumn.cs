using Hyperplane.Lbctl.Queries;

namespace Hyperplane.Lbctl.Options;

/// <summary>A column that was asked for.</summary>
/// <param name="Name">As typed: the header of one of the table's, or a path.</param>
/// <param name="Path">The name as a path into the API's JSON; null when it can be none.</param>
internal sealed record OutputColumn(string Name, JsonQuery? Path);
