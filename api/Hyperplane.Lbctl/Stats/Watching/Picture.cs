namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>What goes on at a load balancer or target group, from two readings.</summary>
/// <param name="At">When the newer one was made.</param>
/// <param name="Seconds">After the older one.</param>
/// <param name="Health">How the whole is.</param>
/// <param name="Rates">Of the whole.</param>
/// <param name="Drops">Of the whole, the most first.</param>
/// <param name="History">The rates of all pictures so far, this one last.</param>
/// <param name="Rows">Its parts.</param>
internal sealed record Picture(
    DateTimeOffset At,
    double Seconds,
    string Health,
    Rates Rates,
    IReadOnlyList<DropRate> Drops,
    IReadOnlyList<Rates> History,
    IReadOnlyList<MeteredRow> Rows);
