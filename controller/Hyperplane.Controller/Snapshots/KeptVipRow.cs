using System.ComponentModel.DataAnnotations.Schema;
using System.Net;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A VIP that nodes serve and a restored store did not know.</summary>
[Table("kept_vips")]
internal sealed class KeptVipRow
{
    public long Id { get; init; }

    public required string Cell { get; init; }

    public required IPAddress Address { get; init; }

    /// <summary>The version that a node ran it in.</summary>
    public long Version { get; init; }

    /// <summary>The message of the snapshot.</summary>
    public required byte[] Vip { get; init; }
}
