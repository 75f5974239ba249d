using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Runtime;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Snapshots;

/// <summary>Decides over every snapshot that reaches the node: validates it, has it run, keeps it on disk, moves the
/// fence.</summary>
/// <remarks>Used by one loop at a time.</remarks>
public sealed class SnapshotKeeper
{
    private readonly string _cell;
    private readonly string _node;
    private readonly ImmutableArray<IPAddress> _peers;
    private readonly SnapshotStore _store;
    private readonly NodeRuntime _runtime;
    private readonly ILogger _log;

    /// <summary>Reads the fence; the snapshot itself is run by <see cref="RunStoredAsync"/>.</summary>
    public SnapshotKeeper(
        string cell, string node, ImmutableArray<IPAddress> peers, SnapshotStore store, NodeRuntime runtime,
        ILogger log)
    {
        (_cell, _node, _peers, _store, _runtime, _log) = (cell, node, peers, store, runtime, log);
        (ulong fence, string? error) = store.LoadFence();
        if (error is not null)
            AgentLog.StoreDamaged(log, error);
        HighestVersion = fence;
    }

    /// <summary>The highest version this node ever accepted.</summary>
    public ulong HighestVersion { get; private set; }

    /// <summary>SHA-256 of what runs; empty when nothing.</summary>
    public ReadOnlyMemory<byte> RunningHash { get; private set; }

    /// <summary>What the controller's store lost and this node keeps; nothing once it was taken over.</summary>
    public KeptVips Kept { get; private set; } = KeptVips.None;

    /// <summary>Runs the snapshot kept on disk when there is one and nothing runs yet; true when it runs.</summary>
    public async Task<bool> RunStoredAsync()
    {
        if (!RunningHash.IsEmpty)
            return true;
        (SnapshotBody? body, string? error) = _store.Load();
        if (error is not null)
            AgentLog.StoreDamaged(_log, error);
        if (body is null)
            return false;
        // What the disk has was accepted once: the fence, written first, may be one ahead of it after a crash.
        SnapshotVerdict verdict = SnapshotValidator.Read(body, new SnapshotContext(_cell, _node, _peers, null, 0));
        string? refusal = verdict.Snapshot is { } snapshot
            ? await _runtime.ApplyAsync(snapshot, body.Hash)
            : verdict.Refusal;
        if (refusal is not null || verdict.Snapshot is null)
        {
            if (!_runtime.Lost.IsCompleted)
                AgentLog.StoreDamaged(_log, $"the stored snapshot is not run: {refusal}");
            return false;
        }

        RunningHash = body.Hash;
        HighestVersion = Math.Max(HighestVersion, verdict.Snapshot.Version);
        AgentLog.Running(_log, verdict.Snapshot.Version, "from disk");
        return true;
    }

    /// <summary>Takes what the controller sent; null when it runs, otherwise why it was refused.</summary>
    public async Task<string?> OfferAsync(SnapshotBody body)
    {
        if (body.Hash.Span.SequenceEqual(RunningHash.Span))
        {
            _runtime.NoteUnchanged();
            Kept = KeptVips.None;
            return null;
        }

        var context = new SnapshotContext(_cell, _node, _peers, _runtime.RunningSnapshot, HighestVersion);
        SnapshotVerdict verdict = SnapshotValidator.Read(body, context);
        string? refusal = verdict.Snapshot is { } snapshot
            ? await _runtime.ApplyAsync(snapshot, body.Hash)
            : verdict.Refusal;
        if (refusal is not null || verdict.Snapshot is null)
        {
            Kept = context.Running is { } old ? KeptVips.Of(verdict.Lost, old) : KeptVips.None;
            _runtime.NoteRefusal(body.Version ?? 0, refusal ?? "");
            return refusal;
        }

        if (verdict.Snapshot.Version == context.Running?.Version)
            AgentLog.SameVersionOtherContent(_log, verdict.Snapshot.Version);
        RunningHash = body.Hash;
        Kept = KeptVips.None;
        HighestVersion = Math.Max(HighestVersion, verdict.Snapshot.Version);
        AgentLog.Running(_log, verdict.Snapshot.Version, "from the controller");
        Save(body, verdict.Snapshot.Version);
        return null;
    }

    private void Save(SnapshotBody body, ulong version)
    {
        try
        {
            _store.Save(body, HighestVersion);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            AgentLog.StoreFailed(_log, version, e.Message);
        }
    }
}
