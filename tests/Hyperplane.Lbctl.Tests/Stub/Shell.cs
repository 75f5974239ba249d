using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Tests.Stub;

/// <summary>Runs one command line in this process against the stub.</summary>
internal sealed class Shell
{
    public const string Key = "hpk_s3cret-of-the-tests";

    private readonly Dictionary<string, string> _variables = new() { ["HYPERPLANE_KEY"] = Key };

    public Shell(StubApi? api = null)
    {
        if (api is not null)
            _variables["HYPERPLANE_ENDPOINT"] = api.Endpoint;
    }

    public bool InputIsTerminal { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>What the command finds on standard input.</summary>
    public string Input { get; init; } = "";

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether pauses take the time that they say: for what is no stub.</summary>
    public bool PausesTakeTime { get; init; }

    /// <summary>Columns and lines of its terminal.</summary>
    public Func<(int Width, int Height)> TerminalSize { get; init; } = () => (80, 24);

    /// <summary>Every pause that the command asked for; none of them takes time unless told.</summary>
    public List<TimeSpan> Pauses { get; } = [];

    /// <summary>Sets an environment variable of the command, or with null removes it.</summary>
    public Shell With(string variable, string? value)
    {
        _variables.Remove(variable);
        if (value is not null)
            _variables[variable] = value;
        return this;
    }

    /// <summary>Runs words split at spaces.</summary>
    public Task<ShellOutcome> RunAsync(string line) =>
        RunWordsAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public async Task<ShellOutcome> RunWordsAsync(params string[] words)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var cli = new Cli(Io(output, error));
        int exitCode = await cli.RunAsync(words);
        return new ShellOutcome(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The world of a command.</summary>
    public CommandIo Io(TextWriter output, TextWriter error) => new()
    {
        Input = new StringReader(Input),
        Output = output,
        Error = error,
        InputIsTerminal = InputIsTerminal,
        OutputIsTerminal = OutputIsTerminal,
        ErrorIsTerminal = ErrorIsTerminal,
        ReadSecret = _ => Input.Length > 0 ? Input : null,
        TerminalSize = TerminalSize,
        Variable = _variables.GetValueOrDefault,
        Time = Time,
        Chance = new Random(1),
        PauseAsync = (pause, cancel) =>
        {
            cancel.ThrowIfCancellationRequested();
            lock (Pauses)
                Pauses.Add(pause);
            return PausesTakeTime ? Task.Delay(pause, cancel) : Task.CompletedTask;
        },
    };
}
