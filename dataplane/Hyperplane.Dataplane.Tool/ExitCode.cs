namespace Hyperplane.Dataplane.Tool;

/// <summary>What a script can tell apart; the numbers never change.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>A capture is damaged or cannot be written, or the kernel refused the program.</summary>
    Error = 1,

    /// <summary>The command line or the configuration is wrong; nothing was written.</summary>
    Usage = 2,

    /// <summary>Ended by Ctrl-C or SIGTERM, as shells count it (128 + SIGINT).</summary>
    Interrupted = 130,
}
