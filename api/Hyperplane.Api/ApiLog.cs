using Microsoft.Extensions.Logging;

namespace Hyperplane.Api;

/// <summary>What the API logs; event ids 1000 to 1099. Neither keys nor bodies.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(1000, LogLevel.Debug, "{Method} {Path} answered {Status} ({RequestId})")]
    public static partial void Answered(ILogger logger, string method, string path, int status, string requestId);

    [LoggerMessage(1001, LogLevel.Debug, "{Method} {Path} was abandoned by its caller ({RequestId})")]
    public static partial void Abandoned(ILogger logger, string method, string path, string requestId);

    [LoggerMessage(1003, LogLevel.Warning, "{Method} {Path}: the database is away: {Reason} ({RequestId})")]
    public static partial void Unavailable(
        ILogger logger, string method, string path, string reason, string requestId);

    [LoggerMessage(1002, LogLevel.Error, "{Method} {Path} failed ({RequestId})")]
    public static partial void Failed(
        ILogger logger, Exception exception, string method, string path, string requestId);

    [LoggerMessage(1004, LogLevel.Warning, "An answer under an idempotency key is not remembered: {Reason}")]
    public static partial void NotRemembered(ILogger logger, string reason);
}
