using System.CommandLine;
using Hyperplane.Lbctl.Queries;

namespace Hyperplane.Lbctl.Options;

/// <summary><c>--output</c> and <c>--query</c>.</summary>
internal sealed class OutputOptions
{
    private const string ColumnsPrefix = "columns=";
    private const string Forms = "table, wide, json, yaml, name or columns=NAME,…";

    private readonly Option<OutputChoice> _output = new("--output", "-o")
    {
        Description = "How to print (table): table, wide, json, yaml, name, or columns=NAME,… by header or path",
        HelpName = "table|wide|json|yaml|name|columns=NAME,…",
        Recursive = true,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = static argument =>
        {
            string text = argument.Tokens[0].Value;
            OutputChoice? choice = Parse(text);
            if (choice is null)
                argument.AddError($"--output must be {Forms}, not '{text}'.");
            return choice!;
        },
    };

    private readonly Option<string> _query = new("--query")
    {
        Description = "Print only this of the answer, for example items[].name or status.provisioning",
        HelpName = "PATH",
        Recursive = true,
    };

    /// <summary>For all commands.</summary>
    public OutputOptions() => _output.CompletionSources.Add("table", "wide", "json", "yaml", "name", ColumnsPrefix);

    /// <summary>Adds them to the root.</summary>
    public void AddTo(RootCommand root)
    {
        root.Options.Add(_output);
        root.Options.Add(_query);
    }

    /// <summary>What was asked for; a usage failure when that cannot be.</summary>
    public OutputChoice Read(ParseResult parse)
    {
        OutputChoice choice = parse.GetValue(_output) ?? new OutputChoice(OutputFormat.Table);
        if (parse.GetValue(_query) is not { } text)
            return choice;
        if (choice.Format is OutputFormat.Wide or OutputFormat.Name or OutputFormat.Columns)
            throw new CommandFailure(
                ExitCode.Usage, "--query chooses what is printed, and so does --output here: use -o json or -o yaml");
        try
        {
            return choice with { Query = JsonQuery.Parse(text) };
        }
        catch (QuerySyntaxException wrong)
        {
            throw new CommandFailure(
                ExitCode.Usage,
                $"--query is wrong at character {wrong.Position + 1}: {wrong.Message}",
                [text, new string(' ', wrong.Position) + "^"]);
        }
    }

    private static OutputChoice? Parse(string text)
    {
        if (text.StartsWith(ColumnsPrefix, StringComparison.OrdinalIgnoreCase))
        {
            string[] names = text[ColumnsPrefix.Length..].Split(',', StringSplitOptions.TrimEntries);
            return names.Contains("")
                ? null
                : new OutputChoice(OutputFormat.Columns, [.. names.Select(name => new OutputColumn(name, Path(name)))]);
        }

        return Enum.TryParse(text, ignoreCase: true, out OutputFormat format)
            && format != OutputFormat.Columns && char.IsAsciiLetter(text[0]) && Enum.IsDefined(format)
                ? new OutputChoice(format)
                : null;
    }

    private static JsonQuery? Path(string name)
    {
        try
        {
            return JsonQuery.Parse(name);
        }
        catch (QuerySyntaxException)
        {
            return null;
        }
    }
}
