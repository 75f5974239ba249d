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

    [LoggerMessage(3008, LogLevel.Warning,
        "the process may have {Limit} files open and needs {Needed}: at most {Probes} health probes run at a time; "
        + "raise the service's LimitNOFILE")]
    public static partial void FewFiles(ILogger log, ulong limit, int needed, int probes);

    [LoggerMessage(3009, LogLevel.Warning, "the limit of open files stays: {Reason}")]
    public static partial void FilesNotRaised(ILogger log, string reason);

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

    [LoggerMessage(3025, LogLevel.Warning, "everything starts anew: {Reason}")]
    public static partial void StartsAnew(ILogger log, string reason);

    [LoggerMessage(3040, LogLevel.Information, "source ports {First} to {Last} of {Address} are this start's")]
    public static partial void LeaseTaken(ILogger log, string address, int first, int last);

    [LoggerMessage(3041, LogLevel.Error,
        "all source ports were used within the last 75 s: those of {Address} are used again all the same")]
    public static partial void LeaseNotResting(ILogger log, string address);

    [LoggerMessage(3042, LogLevel.Error, "the use of the source ports cannot be kept on disk: {Reason}")]
    public static partial void LeaseNotStamped(ILogger log, string reason);

    [LoggerMessage(3043, LogLevel.Information, "node {Node} is up, incarnation {Start}")]
    public static partial void NodeUp(ILogger log, int node, ulong start);

    [LoggerMessage(3044, LogLevel.Warning, "node {Node} is down: {Reason}")]
    public static partial void NodeDown(ILogger log, int node, Mesh.MeshDownReason reason);

    [LoggerMessage(3045, LogLevel.Error, "node {Node} sent what nobody can read: {Defect}")]
    public static partial void BadMessage(ILogger log, int node, string defect);

    [LoggerMessage(3046, LogLevel.Warning, "BFD runs without real-time priority: a busy machine may look dead")]
    public static partial void NoRealTime(ILogger log);

    [LoggerMessage(3047, LogLevel.Error,
        "{Count} new flows go on without a copy on another node: the flow directory does not answer")]
    public static partial void Unreplicated(ILogger log, ulong count);

    [LoggerMessage(3048, LogLevel.Information, "the node's flow silo is reached")]
    public static partial void SiloReached(ILogger log);

    [LoggerMessage(3049, LogLevel.Error, "the node's flow silo at {Socket} is not reached: {Reason}")]
    public static partial void SiloNotReached(ILogger log, string socket, string reason);

    [LoggerMessage(3050, LogLevel.Information, "enrolled; the certificate holds until {Until:u}")]
    public static partial void Enrolled(ILogger log, DateTimeOffset until);

    [LoggerMessage(3051, LogLevel.Information, "the certificate was renewed and holds until {Until:u}")]
    public static partial void Renewed(ILogger log, DateTimeOffset until);

    [LoggerMessage(3052, LogLevel.Error, "no new certificate: {Reason}")]
    public static partial void NoCertificate(ILogger log, string reason);

    [LoggerMessage(3053, LogLevel.Error, "the flow log cannot be written, its lines are lost: {Reason}")]
    public static partial void FlowLogFails(ILogger log, string reason);

    [LoggerMessage(3054, LogLevel.Information, "the flow log is written again; {Lines} lines were lost")]
    public static partial void FlowLogMended(ILogger log, ulong lines);

    [LoggerMessage(3030, LogLevel.Warning, "report not delivered: {Reason}")]
    public static partial void ReportFailed(ILogger log, string reason);

    [LoggerMessage(3031, LogLevel.Warning, "{Count} targets are more than a report holds; {Limit} are told")]
    public static partial void ReportCut(ILogger log, int count, int limit);
}
