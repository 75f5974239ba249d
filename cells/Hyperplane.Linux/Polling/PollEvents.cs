namespace Hyperplane.Linux.Polling;

/// <summary>What to wait for, or what has happened (poll(2)).</summary>
[Flags]
public enum PollEvents : short
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>POLLIN: bytes, a connection or the end of the stream can be read.</summary>
    Readable = 1,

    /// <summary>POLLOUT.</summary>
    Writable = 4,

    /// <summary>POLLERR; always waited for.</summary>
    Error = 8,

    /// <summary>POLLHUP; always waited for.</summary>
    HangUp = 16,

    /// <summary>POLLRDHUP: the peer sends no more.</summary>
    PeerHangUp = 0x2000,
}
