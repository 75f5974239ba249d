using System.Collections.Immutable;
using Google.Protobuf;
using Hyperplane.Agent.Model;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots;

/// <summary>VIPs that a node serves and the controller's store lost, with their target groups: told with every ask
/// until a snapshot has them.</summary>
/// <param name="Vips">At most 3 MiB with the groups; the others follow once these are in a snapshot.</param>
/// <param name="Groups">Where their flows go.</param>
public sealed record KeptVips(ImmutableArray<Vip> Vips, ImmutableArray<TargetGroup> Groups)
{
    /// <summary>What an ask can carry beside its other fields.</summary>
    public const int MostBytes = 3 * 1024 * 1024;

    /// <summary>Nothing was lost.</summary>
    public static KeptVips None { get; } = new([], []);

    /// <summary>The first of what was lost, from what runs.</summary>
    public static KeptVips Of(IReadOnlyList<Vip> lost, Snapshot running)
    {
        if (lost.Count == 0)
            return None;
        Dictionary<uint, TargetGroup> known = running.TargetGroups.ToDictionary(group => group.Id);
        var vips = new List<Vip>();
        var groups = new Dictionary<uint, TargetGroup>();
        int bytes = 0;
        foreach (Vip vip in lost)
        {
            TargetGroup[] needed =
            [
                .. vip.Listeners.SelectMany(listener => listener.GroupIds()).Distinct()
                    .Where(id => !groups.ContainsKey(id)).Select(id => known[id]),
            ];
            bytes += Size(vip) + needed.Sum(Size);
            if (bytes > MostBytes && vips.Count > 0)
                break;
            vips.Add(vip);
            foreach (TargetGroup group in needed)
                groups.Add(group.Id, group);
        }

        return new KeptVips([.. vips], [.. groups.Values]);
    }

    // With the tag and the length of a field.
    private static int Size(IMessage message) => message.CalculateSize() + 8;
}
