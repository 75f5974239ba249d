namespace Hyperplane.Decap;

/// <summary>What a script can tell apart; the numbers never change.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>The kernel refused something that has no number of its own.</summary>
    Refused = 1,

    /// <summary>The command line is wrong; nothing was changed.</summary>
    Usage = 2,

    /// <summary>No such interface in this network namespace.</summary>
    NoInterface = 3,

    /// <summary>Not root, and without CAP_BPF and CAP_NET_ADMIN.</summary>
    NotPermitted = 4,

    /// <summary>Somebody else's program stands where the decapsulator would be attached.</summary>
    HookTaken = 5,

    /// <summary>The kernel is too old or does not take the program, or libbpf is missing.</summary>
    CannotLoad = 6,

    /// <summary><c>status</c>: not installed.</summary>
    NotInstalled = 7,
}
