using Google.Protobuf;
using Hyperplane.Agent.Snapshots.Rules;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots;

/// <summary>Decides whether a node may run a snapshot; a bad one is refused whole, with reasons an operator can act
/// on.</summary>
/// <remarks>Any bytes end in a verdict, never in an exception.</remarks>
public static class SnapshotValidator
{
    /// <summary>Parses and judges a body.</summary>
    public static SnapshotVerdict Read(SnapshotBody body, SnapshotContext context)
    {
        Snapshot snapshot;
        try
        {
            snapshot = Snapshot.Parser.ParseFrom(body.Bytes.Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            return new SnapshotVerdict(null, $"not a snapshot: {e.Message}");
        }

        var facts = new SnapshotFacts(snapshot, context);
        HeaderRule.Check(facts, body.Version);
        PrefixRule.Check(facts);
        NodeRule.Check(facts);
        ShardRule.Check(facts);
        TargetGroupRule.Check(facts);
        VipRule.Check(facts);
        TargetGroupRule.CheckServed(facts);
        RemovalRule.Check(facts);
        string? refusal = facts.Findings.Text();
        return new SnapshotVerdict(refusal is null ? snapshot : null, refusal) { Lost = facts.Lost };
    }
}
