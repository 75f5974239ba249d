using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Status;

/// <summary>
/// The first version of a cell's snapshot that has a generation of a load balancer or target group; the last few are
/// kept.
/// </summary>
[Table("compiled_generations")]
internal sealed class CompiledGenerationRow
{
    /// <summary>The id of the load balancer or target group.</summary>
    public required string Resource { get; init; }

    public required string Cell { get; init; }

    public long Generation { get; init; }

    public long Version { get; init; }
}
