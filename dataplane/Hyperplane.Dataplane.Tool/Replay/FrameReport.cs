using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>What became of one frame.</summary>
/// <param name="Index">1 is the first, as Wireshark numbers them.</param>
/// <param name="Counter"><see cref="PacketCounter.Passed"/>, how it went on, or the reason of the drop.</param>
/// <param name="WhyPassed">Why it is not ours; null when it is.</param>
/// <param name="Listener">Of its flow, or that it is addressed to.</param>
/// <param name="Target">Of its flow.</param>
/// <param name="IsNewFlow">True when it began a flow, false when it is one of a known flow, null when it is of
/// none.</param>
internal readonly record struct FrameReport(
    long Index, PacketCounter Counter, string? WhyPassed, uint? Listener, uint? Target, bool? IsNewFlow)
{
    /// <summary><c>forwarded</c>, <c>translated</c> (forwarded in the other address family), <c>encapsulated</c>
    /// (forwarded inside a tunnel), <c>challenged</c> (answered), <c>passed</c> or <c>dropped</c>.</summary>
    public string Verdict => Counter is PacketCounter.Passed or PacketCounter.Challenged || CounterNames.IsWay(Counter)
        ? CounterNames.Of(Counter)
        : "dropped";

    /// <summary>The drop's counter, or why it is not ours; null for a forwarded one.</summary>
    public string? Reason => Counter switch
    {
        PacketCounter.Passed => WhyPassed,
        PacketCounter.Challenged => null,
        _ when CounterNames.IsWay(Counter) => null,
        _ => CounterNames.Of(Counter),
    };

    /// <summary><c>new</c>, <c>hit</c> or null.</summary>
    public string? Flow => IsNewFlow switch { true => "new", false => "hit", null => null };
}
