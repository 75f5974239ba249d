using System.CommandLine;

namespace Hyperplane.Lbctl.Options;

/// <summary>The options that set and take away named strings, as a merge patch (RFC 7396) has them.</summary>
/// <param name="set">The option that sets one.</param>
/// <param name="clear">The option that takes one away.</param>
/// <param name="what">What they are, for the help.</param>
internal sealed class Changes(string set, string clear, string what)
{
    private readonly Option<string[]> _set = new(set)
    {
        Description = $"{what} to set; may be repeated",
        HelpName = "NAME=VALUE",
    };

    private readonly Option<string[]> _clear = new(clear)
    {
        Description = $"{what} to take away, or back to its default; may be repeated",
        HelpName = "NAME",
    };

    /// <summary>Tags.</summary>
    public static Changes OfTags() => new("--tag", "--untag", "A tag");

    /// <summary>Attributes.</summary>
    public static Changes OfAttributes() =>
        new("--attribute", "--reset", "An attribute, by AWS's name where AWS has it,");

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_set);
        command.Options.Add(_clear);
    }

    /// <summary>What was asked for; null when nothing was.</summary>
    public Dictionary<string, string?>? Read(ParseResult parse)
    {
        var changes = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach ((string name, string value) in Pair.ParseAll(_set.Name, parse.GetValue(_set)))
            changes[name] = value;
        foreach (string name in parse.GetValue(_clear) ?? [])
        {
            if (!changes.TryAdd(name, null))
                throw new CommandFailure(ExitCode.Usage, $"{_clear.Name} names '{name}', which {_set.Name} sets");
        }

        return changes.Count == 0 ? null : changes;
    }
}
