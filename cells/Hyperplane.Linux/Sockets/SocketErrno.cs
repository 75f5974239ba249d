namespace Hyperplane.Linux.Sockets;

/// <summary>The values of errno(3) that a user of <see cref="StreamSocket"/> tells apart.</summary>
public static class SocketErrno
{
    /// <summary>EINTR.</summary>
    public const int Interrupted = 4;

    /// <summary>EAGAIN: nothing to read, or no room to write, now.</summary>
    public const int Again = 11;

    /// <summary>ENETUNREACH.</summary>
    public const int NetworkUnreachable = 101;

    /// <summary>ECONNABORTED: the connection ended before it was accepted.</summary>
    public const int ConnectionAborted = 103;

    /// <summary>ETIMEDOUT: the peer acknowledged nothing for TCP_USER_TIMEOUT.</summary>
    public const int TimedOut = 110;

    /// <summary>EHOSTUNREACH.</summary>
    public const int HostUnreachable = 113;

    /// <summary>EINPROGRESS: the connection is being made; POLLOUT tells when.</summary>
    public const int InProgress = 115;
}
