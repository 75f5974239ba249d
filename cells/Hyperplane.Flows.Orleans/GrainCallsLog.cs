using Microsoft.Extensions.Logging;

namespace Hyperplane.Flows.Orleans;

/// <summary>What calls say.</summary>
internal static partial class GrainCallsLog
{
    [LoggerMessage(3900, LogLevel.Debug, "replica {Address} did not answer: {Reason}")]
    public static partial void Failed(ILogger log, ushort address, string reason);
}
