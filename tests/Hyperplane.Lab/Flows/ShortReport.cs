namespace Hyperplane.Lab.Flows;

/// <summary>Connections that were opened, asked once and closed.</summary>
/// <param name="Finished">Those that came to an end, good or bad.</param>
/// <param name="Failed">Reset, refused, wrong, or without an echo within 3 s.</param>
/// <param name="SlowestMs">Longest time from the SYN to the echo, of the good ones.</param>
public sealed record ShortReport(int Finished, int Failed, double SlowestMs);
