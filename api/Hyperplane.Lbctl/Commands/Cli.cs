using System.CommandLine;
using System.CommandLine.Completions;
using Hyperplane.Lbctl.Completion;
using Hyperplane.Lbctl.Contexts;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Commands;

/// <summary>The edge of the process: words in, exit code out, every failure told in one way.</summary>
internal sealed class Cli
{
    /// <summary>A word that begins with @ is a word: no file of further words is read.</summary>
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    private readonly CommandIo _io;
    private readonly GlobalOptions _options = new();
    private readonly RootCommand _root;

    /// <summary>Builds the commands; runs none.</summary>
    public Cli(CommandIo io)
    {
        _io = io;
        _root = CommandTree.Build(_options, new CompletionCommand());
        foreach ((_, Verb verb) in CommandTree.Verbs(_root))
            verb.SetAction((parse, interrupted) => RunVerbAsync(verb, parse, interrupted));
    }

    /// <summary>The command tree, for tests that walk it.</summary>
    public RootCommand Root => _root;

    /// <summary>Runs one command line; gives the exit code.</summary>
    public async Task<int> RunAsync(string[] words)
    {
        ParseResult parse = _root.Parse(words, Parsing);
        bool suggests = _root.Directives.OfType<SuggestDirective>().Any(one => parse.GetResult(one) is not null);
        if (parse.Errors.Count > 0 && !suggests)
            return (int)TellUsage(parse);
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = _io.Output,
            Error = _io.Error,
        };
        return await parse.InvokeAsync(configuration);
    }

    private async Task<int> RunVerbAsync(Verb verb, ParseResult parse, CancellationToken interrupted)
    {
        var contexts = ContextFile.Of(_io);
        var screen = new Screen(_io, _options.Keys(parse, _io));
        CliSettings? settings = null;
        try
        {
            if (verb.LocalBody is { } local)
            {
                var print = new Printer(screen, _options.ReadOutput(parse));
                local(new LocalSession(_io, print, contexts, _options.Said(parse, _io)), parse);
                return (int)ExitCode.Ok;
            }

            SavedContext? context = _options.ReadContext(parse, _io, contexts);
            screen = new Screen(_io, [.. _options.Keys(parse, _io), .. context is null ? [] : new[] { context.Key }]);
            settings = _options.Read(parse, _io, context);
            using var session = new Session(settings, _io, screen, interrupted);
            await verb.Body!(session, parse);
            if (settings.DryRun)
                screen.Note("note: dry run: nothing was changed");
            return (int)ExitCode.Ok;
        }
        catch (CommandFailure failure)
        {
            return (int)Tell(screen, failure, parse);
        }
        catch (OperationCanceledException)
        {
            return (int)Tell(screen, Cancelled(settings, interrupted), parse);
        }
    }

    private static CommandFailure Cancelled(CliSettings? settings, CancellationToken interrupted) =>
        interrupted.IsCancellationRequested
            ? new CommandFailure(ExitCode.Interrupted, "interrupted; what the API accepted before goes on")
            : new CommandFailure(
                ExitCode.Timeout,
                $"the API at {settings?.Access.Endpoint} did not answer within {settings?.Timeout.TotalSeconds} s "
                    + "(--timeout)");

    private static ExitCode Tell(Screen screen, CommandFailure failure, ParseResult parse)
    {
        screen.Note(failure.ExitCode == ExitCode.Differs ? failure.Message : $"error: {failure.Message}");
        foreach (string line in failure.Details)
            screen.Note($"  {line}");
        if (failure.ExitCode == ExitCode.Usage)
            screen.Note(Hint(parse));
        return failure.ExitCode;
    }

    private ExitCode TellUsage(ParseResult parse)
    {
        var screen = new Screen(_io, _options.Keys(parse, _io));
        string[] messages = [.. parse.Errors.Select(static error => error.Message)];
        string[] unknown = [.. messages.Where(static one => one.StartsWith("Unrecognized", StringComparison.Ordinal))];

        // A mistyped option makes its value an unknown word too, and that may be a key: only the first is told.
        foreach (string message in unknown.Length > 0 ? unknown.Take(1) : messages)
            screen.Note($"error: {message}");
        screen.Note(Hint(parse));
        return ExitCode.Usage;
    }

    private static string Hint(ParseResult parse)
    {
        var names = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? at = parse.CommandResult; at is not null; at = at.Parent)
        {
            if (at is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } command)
                names.Push(command.Command.Name);
        }

        return $"hint: {string.Join(' ', ["lbctl", .. names])} --help";
    }
}
