using Microsoft.Extensions.Logging;

namespace Hyperplane.Rpc;

/// <summary>What the server logs; event ids 3900 to 3919.</summary>
internal static partial class RpcLog
{
    [LoggerMessage(EventId = 3900, Level = LogLevel.Error,
        Message = "The handler of {Method}, called by {Peer}, failed; the client is told nothing but that.")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string method, string peer);

    [LoggerMessage(EventId = 3901, Level = LogLevel.Debug, Message = "{Peer} gave up its call of {Method}.")]
    public static partial void ClientGone(ILogger logger, string method, string peer);
}
