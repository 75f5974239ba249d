using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;

namespace Hyperplane.Lab.Control;

/// <summary>A node as the controller sees it, over a real connection: asks for ever, runs what it gets,
/// reports.</summary>
/// <remarks>It checks the hash of a snapshot as an agent does and forwards nothing. All its targets are healthy; it
/// tells them once, as an agent does, while the controller knows them by their hash. Of several controllers it asks one
/// after the other.</remarks>
/// <param name="clients">The controllers.</param>
/// <param name="cell">The cell that it is of.</param>
/// <param name="node">Its name.</param>
/// <param name="took">Gets each snapshot that came, and its hash.</param>
public sealed class SimulatedAgent(
    IReadOnlyList<CellControlClient> clients,
    string cell,
    string node,
    Action<Snapshot, ByteString>? took = null)
{
    private const uint WaitMs = 2_000;
    private readonly ulong _start = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000;
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ByteString _hash = ByteString.Empty;
    private NodeReport? _report;
    private NodeReport? _withoutTargets;
    private int _turn;

    /// <summary>The cell that it is of.</summary>
    public string Cell => cell;

    /// <summary>Its name.</summary>
    public string Node => node;

    /// <summary>What it runs; 0 for nothing.</summary>
    public ulong Version { get; private set; }

    /// <summary>When the newest one was here whole, by the stopwatch.</summary>
    public long TakenAt { get; private set; }

    /// <summary>Bytes of snapshots that came.</summary>
    public long Received { get; private set; }

    /// <summary>Snapshots that came.</summary>
    public int Bodies { get; private set; }

    /// <summary>Asks and reports until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(AskAsync(cancel), ReportAsync(cancel));

    /// <summary>Waits until it runs another version than <paramref name="version"/>; when that was here
    /// whole.</summary>
    public async Task<long> AfterAsync(ulong version, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (Version != version)
                    return TakenAt;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancel);
        }
    }

    private async Task AskAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await AskOnceAsync(cancel);
            }
            catch (RpcException) when (!cancel.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancel)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task AskOnceAsync(CancellationToken cancel)
    {
        var request = new AskRequest
        {
            Cell = cell,
            Node = node,
            RunningHash = _hash,
            HighestVersion = Version,
            WaitMs = WaitMs,
            Body = Version == 0,
        };
        using AsyncServerStreamingCall<SnapshotChunk> call =
            Next().Ask(request, new CallOptions(cancellationToken: cancel));
        byte[]? data = null;
        int at = 0;
        while (await call.ResponseStream.MoveNext(cancel))
        {
            SnapshotChunk chunk = call.ResponseStream.Current;
            data ??= new byte[chunk.TotalBytes];
            chunk.Data.Span.CopyTo(data.AsSpan(at));
            at += chunk.Data.Length;
        }

        if (data is null)
            return;
        long taken = Stopwatch.GetTimestamp();
        ByteString hash = ByteString.CopyFrom(SHA256.HashData(data));
        Snapshot snapshot = Snapshot.Parser.ParseFrom(data);
        NodeReport report = Describe(snapshot, hash);
        NodeReport withoutTargets = report.Clone();
        withoutTargets.Targets.Clear();
        withoutTargets.TargetsLeftOut = true;
        took?.Invoke(snapshot, hash);
        TaskCompletionSource changed;
        lock (_gate)
        {
            (Version, _hash, TakenAt) = (snapshot.Version, hash, taken);
            (_report, _withoutTargets) = (report, withoutTargets);
            (Received, Bodies) = (Received + data.Length, Bodies + 1);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    private CellControlClient Next() => clients[(int)((uint)Interlocked.Increment(ref _turn) % (uint)clients.Count)];

    private NodeReport Describe(Snapshot snapshot, ByteString hash)
    {
        var report = new NodeReport
        {
            Cell = cell,
            Node = node,
            Start = _start,
            RunningVersion = snapshot.Version,
            RunningHash = hash,
        };
        report.Announced.AddRange(snapshot.Shards
            .SelectMany(shard => new[] { shard.Block, shard.Ipv6Block })
            .Where(block => block is not null)
            .Select(block => $"{new System.Net.IPAddress(block.Address.Span)}/{block.Length}"));
        report.Announced.AddRange(snapshot.Vips
            .Where(vip => vip is { AnnounceAlone: true, Withdrawn: false })
            .Select(vip => $"{new System.Net.IPAddress(vip.Address.Span)}/{vip.Address.Length * 8}"));
        report.Peers.Add(
            new Peer { Address = "10.0.0.254", State = "Established", PrefixesSent = (uint)report.Announced.Count });
        report.Targets.AddRange(snapshot.TargetGroups.SelectMany(group => group.Targets.Select(
            target => new TargetHealth
            {
                TargetId = target.Id,
                TargetGroupId = group.Id,
                State = TargetHealth.Types.State.Healthy,
            })));
        report.TargetsHash = ByteString.CopyFrom(SHA256.HashData(
            MemoryMarshal.AsBytes<uint>(report.Targets.Select(target => target.TargetId).ToArray())));
        return report;
    }

    private async Task ReportAsync(CancellationToken cancel)
    {
        ByteString known = ByteString.Empty;
        while (!cancel.IsCancellationRequested)
        {
            Task changed;
            NodeReport? report;
            lock (_gate)
                (changed, report) = (
                    _changed.Task, known.Equals(_report?.TargetsHash ?? known) ? _withoutTargets : _report);
            try
            {
                TimeSpan pause = TimeSpan.FromSeconds(1);
                if (report is not null)
                {
                    ReportReply reply =
                        await Next().ReportAsync(report, new CallOptions(cancellationToken: cancel)).ResponseAsync;
                    known = reply.TargetsHash;
                    pause = report.TargetsLeftOut && !known.Equals(report.TargetsHash)
                        ? TimeSpan.Zero
                        : TimeSpan.FromMilliseconds(reply.NextReportMs);
                }

                await Task.WhenAny(changed, Task.Delay(pause, cancel));
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancel);
            }
            catch (RpcException) when (!cancel.IsCancellationRequested)
            {
                known = ByteString.Empty;
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancel)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                return;
            }
        }
    }
}
