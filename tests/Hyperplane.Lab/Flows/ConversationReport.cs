namespace Hyperplane.Lab.Flows;

/// <summary>A group of TCP connections.</summary>
/// <param name="Open">Still sound.</param>
/// <param name="Reset">Ended by a reset or another error.</param>
/// <param name="Closed">Closed by the other side.</param>
/// <param name="Wrong">Got bytes that were not theirs, or not in their place.</param>
/// <param name="Silent">Had no answer for 15 s.</param>
/// <param name="WorstMs">Longest time between a message and its echo, over the sound ones.</param>
/// <param name="StallsMs">Of each sound connection its longest, where that is above 20 ms.</param>
/// <param name="Why">How the first few of the broken ones broke, in words.</param>
public sealed record ConversationReport(
    int Open, int Reset, int Closed, int Wrong, int Silent, double WorstMs, IReadOnlyList<double> StallsMs,
    IReadOnlyList<string> Why)
{
    /// <summary>All that did not survive.</summary>
    public int Broken => Reset + Closed + Wrong + Silent;
}
