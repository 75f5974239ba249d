using Hyperplane.Lbctl.Queries;

namespace Hyperplane.Lbctl.Options;

/// <summary>What of an answer is printed, and how.</summary>
/// <param name="Format">How.</param>
/// <param name="Columns">Which columns, as typed; of <see cref="OutputFormat.Columns"/> alone.</param>
/// <param name="Query">What is selected of the answer first; null for all.</param>
internal sealed record OutputChoice(
    OutputFormat Format, IReadOnlyList<OutputColumn>? Columns = null, JsonQuery? Query = null);
