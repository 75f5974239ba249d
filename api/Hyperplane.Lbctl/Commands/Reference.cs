using System.CommandLine;

namespace Hyperplane.Lbctl.Commands;

/// <summary>All commands on one page, in Markdown: what <c>--help</c> says of each.</summary>
internal static class Reference
{
    /// <summary>The verb that prints it; hidden, since people read the page.</summary>
    /// <param name="root">Whose commands; complete when the verb runs.</param>
    public static Verb Build(RootCommand root) =>
        new LocalVerb("reference", "Print all commands as one page of Markdown", "reference", (local, _) =>
            local.Print.Text(Write(root)))
        {
            Hidden = true,
        };

    /// <summary>The page.</summary>
    public static string Write(RootCommand root)
    {
        List<string> lines =
        [
            "# lbctl's commands",
            "",
            "Made by `lbctl reference` from what `--help` says; [LBCTL.md](LBCTL.md) explains. `lbctl VERB-NOUN` is",
            "`lbctl NOUN VERB`.",
            "",
            "## Options of every command",
            "",
        ];
        AddOptions(lines, root);
        foreach (Command command in root.Subcommands.Where(static one => !one.Hidden))
            Add(lines, command, command.Name, depth: 2);
        return string.Join('\n', lines);
    }

    private static void Add(List<string> lines, Command command, string path, int depth)
    {
        lines.AddRange(["", $"{new string('#', depth)} lbctl {path}", "", $"{command.Description}."]);
        if (command.Arguments.Count > 0 || command.Options.Any(IsShown))
            lines.Add("");
        foreach (Argument argument in command.Arguments)
            lines.Add($"- `{Usage(argument)}`: {argument.Description}");
        AddOptions(lines, command);
        if (command is Verb verb)
            lines.AddRange(["", "```sh", $"lbctl {verb.Example}", "```"]);
        // Below admin are nouns that have their own place.
        foreach (Command below in command.Subcommands.Where(one => !one.Hidden && !IsTwin(command, one)))
            Add(lines, below, $"{path} {below.Name}", depth + 1);
    }

    private static bool IsTwin(Command command, Command below) =>
        command.Parents.OfType<RootCommand>().Any(root => root.Subcommands.Any(one => one.Name == below.Name))
        && below is not Verb;

    private static void AddOptions(List<string> lines, Command command)
    {
        foreach (Option option in command.Options.Where(IsShown))
        {
            string names = string.Join(", ", new[] { option.Name }.Concat(option.Aliases).Select(name => $"`{name}`"));
            string value = option.Arity.MinimumNumberOfValues == 0 ? "" : $" `{option.HelpName ?? "TEXT"}`";
            string needed = option.Required ? " (required)" : "";
            lines.Add($"- {names}{value}{needed}: {option.Description}");
        }
    }

    private static string Usage(Argument argument)
    {
        string name = argument.HelpName ?? argument.Name.ToUpperInvariant();
        string several = argument.Arity.MaximumNumberOfValues > 1 ? "…" : "";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}{several}]" : $"{name}{several}";
    }

    private static bool IsShown(Option option) => !option.Hidden;
}
