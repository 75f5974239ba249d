using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Applying;

/// <summary>Asks a person, where there is one.</summary>
internal static class Question
{
    /// <summary>Goes on when the answer is yes; a usage failure where nobody can be asked.</summary>
    /// <param name="session">The command.</param>
    /// <param name="question">Without the choice.</param>
    /// <param name="mayAsk">Whether standard input is free for the answer.</param>
    public static async Task AskAsync(Session session, string question, bool mayAsk)
    {
        if (!mayAsk || !session.Io.InputIsTerminal || !session.Io.ErrorIsTerminal)
            throw new CommandFailure(
                ExitCode.Usage, "there are changes and nobody to ask: give --yes, or --dry-run to only see them");
        await session.Io.Error.WriteAsync($"{question} [y/N] ");
        await session.Io.Error.FlushAsync(session.Interrupted);
        string? answer = await Task.Run(session.Io.Input.ReadLine, session.Interrupted)
            .WaitAsync(session.Interrupted);
        if (answer?.Trim().ToUpperInvariant() is not ("Y" or "YES"))
            throw new CommandFailure(ExitCode.Error, "not agreed; nothing was changed");
    }
}
