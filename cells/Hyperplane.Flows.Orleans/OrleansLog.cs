using Microsoft.Extensions.Logging;

namespace Hyperplane.Flows.Orleans;

/// <summary>What the engine says.</summary>
internal static partial class OrleansLog
{
    [LoggerMessage(3900, LogLevel.Information, "the cell's flow silos are not reached yet: {Reason}")]
    public static partial void NotConnected(ILogger log, string reason);

    [LoggerMessage(3901, LogLevel.Information, "the cell's flow silos are reached")]
    public static partial void Connected(ILogger log);
}
