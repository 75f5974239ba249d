namespace Hyperplane.Lbctl;

/// <summary>What a command touches of the world around it, so that a test can stand in for each part.</summary>
internal sealed class CommandIo
{
    /// <summary>Where a body comes from that is not on the command line.</summary>
    public required TextReader Input { get; init; }

    /// <summary>Where answers go.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where progress, errors and debug lines go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether a person types <see cref="Input"/>.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>Whether a person looks at <see cref="Output"/>.</summary>
    public required bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person looks at <see cref="Error"/>.</summary>
    public required bool ErrorIsTerminal { get; init; }

    /// <summary>A line from a person who is asked for it, without showing it; from a file or pipe its first line. Null
    /// for none.</summary>
    public required Func<string, string?> ReadSecret { get; init; }

    /// <summary>Columns and lines of the terminal, as they are now.</summary>
    public Func<(int Width, int Height)> TerminalSize { get; init; } = static () => (80, 24);

    /// <summary>Environment variables; null for one that is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The clock of deadlines and elapsed times.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The jitter of retries.</summary>
    public required Random Chance { get; init; }

    /// <summary>Waits between two tries or polls.</summary>
    public required Func<TimeSpan, CancellationToken, Task> PauseAsync { get; init; }

    /// <summary>The real world.</summary>
    public static CommandIo OfThisProcess() => new()
    {
        Input = Console.In,
        Output = Console.Out,
        Error = Console.Error,
        InputIsTerminal = !Console.IsInputRedirected,
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        ReadSecret = SecretReader.Read,
        TerminalSize = static () =>
            (Console.WindowWidth, Console.WindowHeight) is ( > 0, > 0) size ? size : (80, 24),
        Variable = Environment.GetEnvironmentVariable,
        Time = TimeProvider.System,
        Chance = new Random(),
        PauseAsync = static (time, cancel) => Task.Delay(time, TimeProvider.System, cancel),
    };
}
