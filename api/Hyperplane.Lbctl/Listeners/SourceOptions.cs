using System.CommandLine;
using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Listeners;

/// <summary>The options about one of a listener's lists of clients.</summary>
/// <param name="set">The option that names prefixes.</param>
/// <param name="clear">The option that empties the list.</param>
/// <param name="what">What the list does to its clients, for the help.</param>
internal sealed class SourceOptions(string set, string clear, string what)
{
    private readonly Option<string[]> _set = new(set)
    {
        Description = $"A prefix or address whose clients {what}; may be repeated, all together are the list",
        HelpName = "PREFIX",
    };

    private readonly Option<bool> _clear = new(clear) { Description = $"Empty the list of clients that {what}" };

    /// <summary>Who may begin flows.</summary>
    public static SourceOptions OfAllowed() => new("--allow", "--clear-allow", "may begin flows");

    /// <summary>Who may not.</summary>
    public static SourceOptions OfDenied() => new("--deny", "--clear-deny", "may not begin flows");

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command, bool isChange)
    {
        command.Options.Add(_set);
        if (isChange)
            command.Options.Add(_clear);
    }

    /// <summary>The list that was asked for; null when none was.</summary>
    public string[]? Read(ParseResult parse)
    {
        string[] named = parse.GetValue(_set) ?? [];
        if (!parse.GetValue(_clear))
            return named.Length == 0 ? null : named;
        return named.Length == 0
            ? []
            : throw new CommandFailure(ExitCode.Usage, $"{_clear.Name} empties the list that {_set.Name} sets");
    }
}
