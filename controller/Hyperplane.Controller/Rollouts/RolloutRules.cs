using System.Globalization;
using Hyperplane.Controller.Contracts.Snapshots;

namespace Hyperplane.Controller.Rollouts;

/// <summary>
/// Who may have the newest snapshot of a cell: one live node after another, the next when the last one runs it and is
/// well, and nobody more once a node refused it or fell ill with it.
/// </summary>
/// <remarks>
/// A pure function of what nodes report and what they were offered, so any number of controllers come to the same.
/// Never stuck while a node lives: nodes that are dead, drain or announce nothing do not count and get it with the
/// last; one that is slow is passed over. What halts is seen anew at every step: a node that comes back well, or a
/// newer version, ends it.
/// </remarks>
internal static class RolloutRules
{
    /// <summary>Whether a node may be given the newest version.</summary>
    /// <param name="turn">The turn of that version.</param>
    /// <param name="proven">The newest version that the cell got over.</param>
    /// <param name="offered">What the node was offered in its turn.</param>
    /// <param name="accepted">The highest version that the node ever accepted.</param>
    public static bool MayHave(ulong turn, ulong proven, ulong offered, ulong accepted) =>
        turn <= proven || turn <= offered || turn <= accepted;

    /// <summary>The next step.</summary>
    public static RolloutStep Decide(RolloutFacts facts, RolloutLimits limits, DateTimeOffset now)
    {
        if (facts.Turn <= facts.Proven)
            return new RolloutStep(RolloutPhase.Done, null);
        RolloutNode[] given = [.. facts.Nodes.Where(node => node.Offered >= facts.Turn)];
        foreach (RolloutNode node in given)
        {
            if (Blame(node, facts, limits, now) is { } reason)
                return new RolloutStep(RolloutPhase.Halted, reason);
        }

        if (Array.Find(given, node => Holds(node, facts, limits, now)) is { } busy)
            return new RolloutStep(RolloutPhase.Rolling, Text($"Node {busy.Name} takes version {facts.Version}."));
        RolloutNode[] waiting =
        [
            .. facts.Nodes.Where(node => node.Offered < facts.Turn && Counts(node, facts, limits, now))
                .OrderBy(node => node.Name, StringComparer.Ordinal),
        ];
        if (waiting.Length == 0)
            return IsDeaf(facts, limits, now)
                ? new RolloutStep(RolloutPhase.Rolling, "No node reports.")
                : new RolloutStep(RolloutPhase.Done, null);
        return facts.EarlierZone is { } zone
            ? new RolloutStep(RolloutPhase.Rolling, $"Zone {zone} is first.")
            : new RolloutStep(
                RolloutPhase.Rolling, Text($"Node {waiting[0].Name} takes version {facts.Version}."), waiting[0]);
    }

    /// <summary>Whether the version may go to the next zone: the cell's nodes run it, but for those that do not
    /// count.</summary>
    public static bool Runs(IEnumerable<RolloutNode> nodes, ulong version, RolloutLimits limits, DateTimeOffset now) =>
        nodes.All(node => node.Running >= version || !IsWell(node, limits, now) || IsSlow(node, limits));

    /// <summary>Why a node is reason to stop; null when it is not.</summary>
    private static string? Blame(RolloutNode node, RolloutFacts facts, RolloutLimits limits, DateTimeOffset now)
    {
        bool runs = node.Running >= facts.Turn;
        if (!runs && node.Refused >= facts.Turn)
            return Text($"Node {node.Name} refused version {node.Refused}: {node.Refusal}");
        if (!IsLive(node, limits, now))
            return !node.Draining && node.ReportedAt < node.OfferedAt + limits.BlameTime
                ? Text($"Node {node.Name} stopped reporting after it was given version {node.Offered}.")
                : null;
        return runs && !node.Draining && !node.Announces && now - node.OfferedAt >= limits.TakeTime
            ? Text($"Node {node.Name} announces nothing with version {node.Running}.")
            : null;
    }

    /// <summary>Whether its turn is not over.</summary>
    private static bool Holds(RolloutNode node, RolloutFacts facts, RolloutLimits limits, DateTimeOffset now) =>
        IsLive(node, limits, now) && !node.Draining && (node.Running < facts.Turn
            ? !IsSlow(node, limits)
            : !node.Announces);

    private static bool Counts(RolloutNode node, RolloutFacts facts, RolloutLimits limits, DateTimeOffset now) =>
        node.Running < facts.Turn && IsWell(node, limits, now) && !IsSlow(node, limits);

    private static bool IsWell(RolloutNode node, RolloutLimits limits, DateTimeOffset now) =>
        IsLive(node, limits, now) && !node.Draining && node.Announces && node.Running > 0;

    // It says that it has not taken this version, or one before, although it had its time: silence says nothing.
    private static bool IsSlow(RolloutNode node, RolloutLimits limits) =>
        node.Running < node.Offered && node.ReportedAt >= node.WaitingSince + limits.TakeTime;

    // All were silent: rather was there no controller to report to. Whoever lives will be heard in a moment.
    private static bool IsDeaf(RolloutFacts facts, RolloutLimits limits, DateTimeOffset now) =>
        facts.Nodes.Any(node => node.ReportedAt is not null) && !facts.Nodes.Any(node => IsLive(node, limits, now));

    private static bool IsLive(RolloutNode node, RolloutLimits limits, DateTimeOffset now) =>
        node.ReportedAt > now - limits.LiveTime;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
