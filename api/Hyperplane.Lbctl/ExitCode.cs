namespace Hyperplane.Lbctl;

/// <summary>What a script can tell apart; the numbers never change.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Refused by the API, or the API could not be reached or understood.</summary>
    Error = 1,

    /// <summary>The command line is wrong; nothing was sent.</summary>
    Usage = 2,

    /// <summary>No such resource.</summary>
    NotFound = 3,

    /// <summary>It contradicts what exists.</summary>
    Conflict = 4,

    /// <summary>Not done within <c>--timeout</c>.</summary>
    Timeout = 5,

    /// <summary>There are differences, of a command that only looks for them.</summary>
    Differs = 6,

    /// <summary>Ended by Ctrl-C or SIGTERM, as shells count it (128 + SIGINT).</summary>
    Interrupted = 130,
}
