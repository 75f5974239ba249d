using Hyperplane.Lbctl.Applying.Requests;
using Hyperplane.Lbctl.Applying.Wanted;
using Hyperplane.Lbctl.Listeners;

namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>The target groups of listeners: by name in a file, by id in the API.</summary>
internal sealed class ShareNames(WantedTree wanted, Existing existing, KnownIds ids)
{
    /// <summary>For a rehearsal: a group that is yet to be created is created along.</summary>
    public IReadOnlyList<NewShare> Rehearsed(WantedListener listener) =>
    [
        .. listener.Groups.Select(share => ids.TargetGroups.TryGetValue(share.Name, out string? id)
            ? new NewShare(id, share.Weight)
            : new NewShare(
                null, share.Weight, wanted.TargetGroups.First(group => group.Body.Name == share.Name).Body)),
    ];

    /// <summary>The groups that are there; null when one of them is not.</summary>
    public IReadOnlyList<NewShare>? Known(WantedListener listener) =>
        listener.Groups.All(share => ids.TargetGroups.ContainsKey(share.Name)) ? With(listener, ids) : null;

    /// <summary>With the ids of groups that are all there.</summary>
    public static IReadOnlyList<NewShare> With(WantedListener listener, KnownIds ids) =>
        [.. listener.Groups.Select(share => new NewShare(ids.TargetGroups[share.Name], share.Weight))];

    /// <summary>What a listener forwards to, as a person reads it.</summary>
    public static string Text(WantedListener listener) =>
        Text(listener.Groups.Select(static share => (share.Name, share.Weight)));

    /// <summary>What one that is there forwards to.</summary>
    public string Text(Listener known) => Text((known.TargetGroups ?? [])
        .Select(share => (
            existing.TargetGroups.FirstOrDefault(group => group.Value.Id == share.TargetGroupId)?.Value.Name
                ?? share.TargetGroupId,
            share.Weight)));

    private static string Text(IEnumerable<(string Name, int Weight)> shares) =>
        shares.ToArray() is [{ Weight: 1 } only]
            ? only.Name
            : string.Join(' ', shares.OrderBy(static share => share.Name, StringComparer.Ordinal)
                .Select(static share => $"{share.Name}={share.Weight}"));
}
