using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent;

/// <summary>All that the agent logs; event ids 3000 to 3099.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(3000, LogLevel.Information, "cell {Cell}, node {Node}, incarnation {Start}")]
    public static partial void Starting(ILogger log, string cell, string node, ulong start);

    [LoggerMessage(3001, LogLevel.Information, "snapshot {Version} runs ({Source})")]
    public static partial void Running(ILogger log, ulong version, string source);

    [LoggerMessage(3002, LogLevel.Error, "snapshot {Version} refused: {Reason}")]
    public static partial void Refused(ILogger log, ulong version, string reason);

    [LoggerMessage(3003, LogLevel.Warning, "the controller does not answer, asked again in {DelayMs} ms: {Reason}")]
    public static partial void AskFailed(ILogger log, long delayMs, string reason);

    [LoggerMessage(3004, LogLevel.Information, "the controller answers again")]
    public static partial void AskMended(ILogger log);

    [LoggerMessage(3005, LogLevel.Error, "stored state ignored: {Reason}")]
    public static partial void StoreDamaged(ILogger log, string reason);

    [LoggerMessage(3006, LogLevel.Error, "snapshot {Version} runs but could not be kept on disk: {Reason}")]
    public static partial void StoreFailed(ILogger log, ulong version, string reason);

    [LoggerMessage(3007, LogLevel.Warning, "snapshot {Version} came again with other content; it is taken")]
    public static partial void SameVersionOtherContent(ILogger log, ulong version);

    [LoggerMessage(3010, LogLevel.Information, "node id {Id} at {Address}: dataplane and routing start")]
    public static partial void PartsStart(ILogger log, int id, System.Net.IPAddress address);

    [LoggerMessage(3011, LogLevel.Error, "health change of snapshot {Version} not applied: {Reason}")]
    public static partial void HealthNotApplied(ILogger log, ulong version, string reason);

    [LoggerMessage(3012, LogLevel.Error, "all prefixes are withdrawn: {Fault}")]
    public static partial void DataplaneStalled(ILogger log, string fault);

    [LoggerMessage(3013, LogLevel.Information, "the dataplane beats again")]
    public static partial void DataplaneMended(ILogger log);

    [LoggerMessage(3014, LogLevel.Error, "{Problem}")]
    public static partial void KernelProblem(ILogger log, string problem);

    [LoggerMessage(3020, LogLevel.Information, "drain: {Phase}")]
    public static partial void DrainPhaseChanged(ILogger log, Drain.DrainPhase phase);

    [LoggerMessage(3021, LogLevel.Error, "asked to leave, but shards {Shards} have no other node: it stays")]
    public static partial void StaysAlone(ILogger log, string shards);

    [LoggerMessage(3022, LogLevel.Information, "stop requested")]
    public static partial void StopRequested(ILogger log);

    [LoggerMessage(3023, LogLevel.Warning, "the stop took longer than {Seconds} s and was cut off")]
    public static partial void StopCutOff(ILogger log, double seconds);

    [LoggerMessage(3024, LogLevel.Critical, "the agent ends: {Reason}")]
    public static partial void Fatal(ILogger log, string reason);

    [LoggerMessage(3030, LogLevel.Warning, "report not delivered: {Reason}")]
    public static partial void ReportFailed(ILogger log, string reason);

    [LoggerMessage(3031, LogLevel.Warning, "{Count} targets are more than a report holds; {Limit} are told")]
    public static partial void ReportCut(ILogger log, int count, int limit);
}
