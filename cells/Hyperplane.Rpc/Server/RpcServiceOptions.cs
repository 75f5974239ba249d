namespace Hyperplane.Rpc;

/// <summary>Limits of a server.</summary>
public sealed record RpcServiceOptions
{
    /// <summary>Longest request in bytes, 0 to 2,147,483,591; judged before the message is buffered.</summary>
    public int MaxReceiveMessageSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Longest response in bytes.</summary>
    public int MaxSendMessageSize { get; init; } = 256 * 1024 * 1024;

    /// <summary>Judges a call before its request is read; throws <see cref="RpcException"/> to refuse it. Null: all are
    /// let in.</summary>
    public Action<ServerCallContext>? Admit { get; init; }

    /// <summary>The clock of deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
