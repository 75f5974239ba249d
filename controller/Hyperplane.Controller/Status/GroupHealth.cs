using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Status;

/// <summary>How many targets of a group there are and are healthy; draining ones do not count.</summary>
internal readonly record struct GroupHealth(int All, int Healthy)
{
    /// <summary>What the health of groups amounts to.</summary>
    public static OperatingStatus Sum(IEnumerable<GroupHealth> groups)
    {
        (int all, int healthy) = (0, 0);
        foreach (GroupHealth group in groups)
            (all, healthy) = (all + group.All, healthy + group.Healthy);
        if (all == 0)
            return OperatingStatus.NoTargets;
        if (healthy == 0)
            return OperatingStatus.Down;
        return healthy == all ? OperatingStatus.Healthy : OperatingStatus.Degraded;
    }
}
