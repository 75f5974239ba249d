using System.Security.Cryptography;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Tests.Snapshots;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>A node as the controller sees it: asks, checks what it gets, runs it, reports.</summary>
public sealed class TestAgent(CellControlClient client, string cell, string node)
{
    /// <summary>What the node runs; null when nothing.</summary>
    public Snapshot? Running { get; private set; }

    public ByteString Hash { get; private set; } = ByteString.Empty;

    public ulong Highest { get; set; }

    public Dictionary<uint, TargetHealth> Health { get; } = [];

    /// <summary>What it serves and a store lost; told with every question.</summary>
    public Snapshot Kept { get; set; } = new();

    /// <summary>Its incarnation.</summary>
    public ulong Start { get; set; } = 1;

    /// <summary>How often it reported by hash; a counter of the report.</summary>
    public ulong Turn { get; private set; }

    /// <summary>What it counted at listeners, by number.</summary>
    public Dictionary<uint, ListenerCounters> Listeners { get; } = [];

    public Dictionary<uint, VipCounters> Vips { get; } = [];

    /// <summary>What it counted at targets, by number.</summary>
    public Dictionary<uint, TargetCounters> Targets { get; } = [];

    private static CallOptions Now => new(cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>One question; null when the answer is "unchanged".</summary>
    public async Task<Snapshot?> AskAsync(uint waitMs = 2_000, bool body = false)
    {
        var request = new AskRequest
        {
            Cell = cell,
            Node = node,
            RunningHash = Hash,
            HighestVersion = Highest,
            WaitMs = waitMs,
            Body = body,
        };
        request.KeptVips.AddRange(Kept.Vips);
        request.KeptGroups.AddRange(Kept.TargetGroups);
        using AsyncServerStreamingCall<SnapshotChunk> call = client.Ask(request, Now);
        var chunks = new List<SnapshotChunk>();
        await foreach (SnapshotChunk chunk in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
            chunks.Add(chunk);
        if (chunks.Count == 0)
            return null;
        byte[] data = [.. chunks.SelectMany(chunk => chunk.Data)];
        Assert.Equal(chunks[0].TotalBytes, (uint)data.Length);
        Assert.Equal(chunks[0].Hash, ByteString.CopyFrom(SHA256.HashData(data)));
        Snapshot snapshot = Snapshot.Parser.ParseFrom(data);
        Assert.Equal(chunks[0].Version, snapshot.Version);
        SnapshotInvariants.Check(snapshot);
        return snapshot;
    }

    /// <summary>Asks until what the node runs is as wanted.</summary>
    public async Task<Snapshot> FollowAsync(Func<Snapshot, bool> wanted)
    {
        await Eventually.TrueAsync(async () =>
        {
            if (Running is not null && wanted(Running))
                return true;
            if (await AskAsync() is { } next)
                Run(next);
            return Running is not null && wanted(Running);
        });
        return Running!;
    }

    /// <summary>The same node, at another controller.</summary>
    public TestAgent MoveTo(ControlHost other) => new(other.Way(cell, node), cell, node)
    {
        Running = Running, Hash = Hash, Highest = Highest, Start = Start, Turn = Turn,
    };

    /// <summary>Takes a snapshot.</summary>
    public void Run(Snapshot snapshot)
    {
        Running = snapshot;
        Hash = ByteString.CopyFrom(SHA256.HashData(snapshot.ToByteArray()));
        Highest = Math.Max(Highest, snapshot.Version);
    }

    /// <summary>Reports what it runs; announces everything that it should, unless told otherwise.</summary>
    public Task ReportAsync(
        bool announce = true, ulong refused = 0, string refusal = "", params string[] unserved) =>
        ReportAsync(announce, refused, refusal, unserved, _ => { });

    /// <summary>Reports by hash, as the last reply allows; the hash that the reply names.</summary>
    public async Task<string> ReportByHashAsync(string hash, bool leaveOut) => (await ReportAsync(
        announce: true, 0, "", [], report =>
        {
            report.TargetsHash = ByteString.CopyFromUtf8(hash);
            report.TargetsLeftOut = leaveOut;
            if (leaveOut)
                report.Targets.Clear();
            report.Counters.Add(new Counter { Name = "turn", Value = ++Turn });
        })).TargetsHash.ToStringUtf8();

    private async Task<ReportReply> ReportAsync(
        bool announce, ulong refused, string refusal, string[] unserved, Action<NodeReport> change)
    {
        var report = new NodeReport
        {
            Cell = cell,
            Node = node,
            Start = Start,
            RunningVersion = Running?.Version ?? 0,
            RunningHash = Hash,
            RefusedVersion = refused,
            Refusal = refusal,
        };
        if (announce && Running is not null)
            report.Announced.AddRange(Prefixes(Running));
        report.UnservedGroups.AddRange(unserved);
        report.Targets.AddRange(Health.Values);
        report.Listeners.AddRange(Listeners.Values);
        report.Vips.AddRange(Vips.Values);
        report.TargetCounters.AddRange(Targets.Values);
        report.Peers.Add(
            new Peer { Address = "10.0.0.254", State = "Established", PrefixesSent = (uint)report.Announced.Count });
        report.Counters.Add(new Counter { Name = "forwarded", Value = 7 });
        change(report);
        ReportReply reply = await client.ReportAsync(report, Now).ResponseAsync;
        Assert.Equal(1_000u, reply.NextReportMs);
        return reply;
    }

    /// <summary>Says how a target is.</summary>
    public void Judge(uint target, TargetHealth.Types.State state, string reason = "", string detail = "") =>
        Judge(new TargetHealth { TargetId = target, State = state, Reason = reason, Detail = detail });

    public void Judge(TargetHealth health) => Health[health.TargetId] = health;

    private IEnumerable<string> Prefixes(Snapshot snapshot)
    {
        uint id = snapshot.Nodes.Single(candidate => candidate.Name == node).Id;
        foreach (Shard shard in snapshot.Shards.Where(shard => shard.NodeIds.Contains(id)))
        {
            yield return $"{new System.Net.IPAddress(shard.Block.Address.Span)}/{shard.Block.Length}";
            foreach (Vip vip in snapshot.Vips.Where(vip => vip.AnnounceAlone && vip.Shard == shard.Index))
                yield return $"{new System.Net.IPAddress(vip.Address.Span)}/32";
        }
    }
}
