namespace Hyperplane.Lab.Flows;

/// <summary>What the traffic client saw since its last report; what broke counts from its start.</summary>
/// <param name="Seconds">How long that was.</param>
/// <param name="Steady">The many connections, one message every 500 ms.</param>
/// <param name="Fast">The few, one every 20 ms, that measure stalls.</param>
/// <param name="Datagrams">UDP flows, one every 5 ms.</param>
/// <param name="Shorts">Connections opened, used once and closed.</param>
/// <param name="LongestTurnMs">How late the client itself was at most: no figure is better than this.</param>
public sealed record FlowReport(
    double Seconds,
    ConversationReport Steady,
    ConversationReport Fast,
    DatagramReport Datagrams,
    ShortReport Shorts,
    double LongestTurnMs);
