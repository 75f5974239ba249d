namespace Hyperplane.Rpc;

/// <summary>The outcome of a call, with the numbers of the gRPC wire protocol (doc/statuscodes.md of grpc).</summary>
public enum StatusCode
{
    /// <summary>Success.</summary>
    OK = 0,

    /// <summary>Given up by the caller.</summary>
    Cancelled = 1,

    /// <summary>A failure without a better name, such as an exception in a handler.</summary>
    Unknown = 2,

    /// <summary>Wrong whatever the state of the system is.</summary>
    InvalidArgument = 3,

    /// <summary>The time ran out; the work may have been done.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be made exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or a size limit.</summary>
    ResourceExhausted = 8,

    /// <summary>Refused in the present state; do not repeat before that changed.</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict; repeat the whole transaction.</summary>
    Aborted = 10,

    /// <summary>Past the end.</summary>
    OutOfRange = 11,

    /// <summary>The peer has no such method, or cannot do what the call needs.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken, such as bytes that do not parse.</summary>
    Internal = 13,

    /// <summary>Not reachable now; repeat later.</summary>
    Unavailable = 14,

    /// <summary>Data is gone.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
