using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots;

/// <summary>The controller, as an agent sees it.</summary>
/// <remarks>Every failure to reach it is a <see cref="ControllerAwayException"/>.</remarks>
public interface ICellControl
{
    /// <summary>Asks for the snapshot; no pieces mean that nothing has changed.</summary>
    IAsyncEnumerable<SnapshotChunk> AskAsync(AskRequest request, CancellationToken cancellationToken);

    /// <summary>Tells how the node is.</summary>
    Task<ReportReply> ReportAsync(NodeReport report, CancellationToken cancellationToken);
}
