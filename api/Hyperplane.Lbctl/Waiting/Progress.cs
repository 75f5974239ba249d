using Hyperplane.Lbctl.Output;
using Spectre.Console;

namespace Hyperplane.Lbctl.Waiting;

/// <summary>Shows on standard error what is being waited for: live on a terminal, one plain line elsewhere.</summary>
internal sealed class Progress(CommandIo io, Screen screen)
{
    /// <summary>Whether someone watches.</summary>
    public bool IsLive => io.ErrorIsTerminal && io.Variable("TERM") != "dumb";

    /// <summary>Runs <paramref name="work"/>, which tells how far it is as often as it likes.</summary>
    /// <param name="announcement">The one line for a log.</param>
    /// <param name="work">Gets where to tell its state; text may come from anywhere.</param>
    public async Task<T> RunAsync<T>(string announcement, Func<Action<string>, Task<T>> work)
    {
        if (!IsLive)
        {
            screen.Note(announcement);
            return await work(static _ => { });
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = string.IsNullOrEmpty(io.Variable("NO_COLOR"))
                ? ColorSystemSupport.Standard
                : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(io.Error),
        });
        return await console.Status()
            .Spinner(Spinner.Known.Line)
            .StartAsync(Safe(announcement), context => work(text => context.Status(Safe(text))));
    }

    private string Safe(string text) => Markup.Escape(screen.Redact(TerminalText.Harmless(text)));
}
