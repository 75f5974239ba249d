namespace Hyperplane.Lab.Flows;

/// <summary>A group of UDP flows.</summary>
/// <param name="Flows">How many.</param>
/// <param name="Sent">Datagrams sent.</param>
/// <param name="Answered">Datagrams that came back as they were sent.</param>
/// <param name="Wrong">Datagrams that came back otherwise.</param>
/// <param name="Refused">ICMP errors.</param>
/// <param name="WorstMs">Longest time between two answers of a flow.</param>
/// <param name="GapsMs">Of each flow its longest, where that is above 20 ms.</param>
public sealed record DatagramReport(
    int Flows, long Sent, long Answered, long Wrong, long Refused, double WorstMs, IReadOnlyList<double> GapsMs);
