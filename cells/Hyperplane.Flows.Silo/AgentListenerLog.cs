using Microsoft.Extensions.Logging;

namespace Hyperplane.Flows.Silo;

/// <summary>What the listener says.</summary>
internal static partial class AgentListenerLog
{
    [LoggerMessage(3910, LogLevel.Error, "the connection of an agent was ended: {Defect}")]
    public static partial void Refused(ILogger log, string defect);
}
