using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Identity;
using Hyperplane.Controller.Signals;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Rpc;
using Microsoft.Extensions.Hosting;
using RpcStatus = Hyperplane.Rpc.Status;

namespace Hyperplane.Controller.CellControl;

/// <summary>Serves the agents: one whole snapshot down, one report up.</summary>
/// <remarks>
/// A snapshot that a node has refused is not sent to it again, until there is another or the node asks for the body:
/// sending the same bytes in a circle would help nobody.
/// </remarks>
internal sealed class CellControlService(
    NodeDoor door,
    SnapshotCatalog catalog,
    Reconciler reconciler,
    FallenStore fallen,
    ProvenSnapshots proven,
    ReportInbox inbox,
    CellControlOptions options,
    TimeProvider time,
    IHostApplicationLifetime lifetime) : CellControlBase
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override async Task Ask(
        AskRequest request, IServerStreamWriter<SnapshotChunk> responseStream, ServerCallContext context)
    {
        door.Check(context, request.Cell, request.Node);
        if (request.HighestVersion > SnapshotMaker.HighestVersion)
            throw Failure(StatusCode.InvalidArgument, $"highest_version {request.HighestVersion} cannot be");
        using var stop =
            CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        CompiledSnapshot? snapshot = await NextAsync(request, stop.Token);
        if (snapshot is null)
            return;
        // It may have been revoked while it waited.
        door.Check(context, request.Cell, request.Node);
        foreach (SnapshotChunk chunk in snapshot.Chunks())
            await responseStream.WriteAsync(chunk, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ReportReply> Report(NodeReport request, ServerCallContext context)
    {
        door.Check(context, request.Cell, request.Node);
        if (catalog.Find(request.Cell)?.Current is not { } snapshot)
            throw Unknown(request.Cell, node: null);
        if (!snapshot.NodeIds.TryGetValue(request.Node, out int nodeId))
            throw Unknown(request.Cell, request.Node);
        if (ReportLimits.Find(request) is { } wrong)
            throw Failure(StatusCode.InvalidArgument, wrong);
        return Task.FromResult(new ReportReply
        {
            NextReportMs = (uint)options.ReportInterval.TotalMilliseconds,
            TargetsHash = inbox.Put(nodeId, request),
        });
    }

    /// <summary>The snapshot to send; null when the node's is still the newest at the end of the wait.</summary>
    private async Task<CompiledSnapshot?> NextAsync(AskRequest request, CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        TimeSpan wait = request.WaitMs < MaxWait.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(request.WaitMs)
            : MaxWait;
        await AsyncSignal.WaitAsync(catalog.Filled, wait, time, cancel);
        CellSlot slot = await SlotAsync(request.Cell, began, wait, cancel);
        for (bool jumped = false; ;)
        {
            Task changed = slot.Changed.NextAsync();
            CompiledSnapshot? current = slot.Current;
            bool isNews = current is not null && !current.Hash.Equals(request.RunningHash);
            if (isNews && !jumped)
            {
                jumped = true;
                if (await fallen.FindAsync(request, slot, current!, cancel) is { } fence)
                {
                    await reconciler.CompileAsync(request.Cell, fence, cancel);
                    continue;
                }
            }

            int? nodeId = current is not null && current.NodeIds.TryGetValue(request.Node, out int id) ? id : null;
            // Another controller made what the node has; this one reads it in a moment.
            bool isBehind = current is not null && current.Version < request.HighestVersion;
            bool mayHave = nodeId is not null && !isBehind
                && (!isNews || slot.Allows(current!, nodeId.Value, request.HighestVersion));
            if (mayHave && (request.Body || (isNews && !inbox.HasRefused(nodeId!.Value, current!.Version))))
                return current;
            if (nodeId is not null && !mayHave && request.RunningHash.IsEmpty
                && await proven.FindAsync(request, slot.Proven, cancel) is { } older)
                return older;
            TimeSpan left = wait - time.GetElapsedTime(began);
            if (left > TimeSpan.Zero && await AsyncSignal.WaitAsync(changed, left, time, cancel))
                continue;
            if (changed.IsCompleted)
                continue;
            return nodeId is not null ? null : throw Unknown(request.Cell, request.Node);
        }
    }

    /// <summary>A cell declared this moment is compiled soon: it is waited for as its nodes are.</summary>
    private async Task<CellSlot> SlotAsync(string cell, long began, TimeSpan wait, CancellationToken cancel)
    {
        while (true)
        {
            Task added = catalog.Added.NextAsync();
            if (catalog.Find(cell) is { } slot)
                return slot;
            TimeSpan left = wait - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || !await AsyncSignal.WaitAsync(added, left, time, cancel))
                throw Unknown(cell, node: null);
        }
    }

    private static RpcException Unknown(string cell, string? node) => node is null
        ? Failure(StatusCode.NotFound, $"cell \"{Short(cell)}\" is not declared")
        : Failure(StatusCode.NotFound, $"node \"{Short(node)}\" of cell \"{Short(cell)}\" is not declared");

    private static RpcException Failure(StatusCode code, string detail) => new(new RpcStatus(code, detail));

    private static string Short(string text) => text.Length > 64 ? text[..64] : text;
}
