using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Options;

/// <summary>Arguments of the form <c>LEFT=RIGHT</c>.</summary>
internal static class Pair
{
    /// <summary>
    /// All pairs by their left side; a usage failure for a repeated left side or an argument without '='.
    /// </summary>
    /// <param name="option">The option's name, for the message.</param>
    /// <param name="arguments">As typed; null when the option was not given.</param>
    public static Dictionary<string, string> ParseAll(string option, string[]? arguments)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string argument in arguments ?? [])
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new CommandFailure(ExitCode.Usage, $"{option} takes NAME=VALUE, not '{argument}'");
            if (!pairs.TryAdd(argument[..equals], argument[(equals + 1)..]))
                throw new CommandFailure(ExitCode.Usage, $"{option} names '{argument[..equals]}' twice");
        }

        return pairs;
    }

    /// <summary>All of them on one line.</summary>
    public static string Text(IReadOnlyDictionary<string, string>? pairs) =>
        string.Join(' ', (pairs ?? new Dictionary<string, string>()).Select(static one => $"{one.Key}={one.Value}"));

    /// <summary>How pairs are shown.</summary>
    public static IReadOnlyList<Column<KeyValuePair<string, string>>> Columns(string name) =>
    [
        new(name, static one => one.Key),
        new("VALUE", static one => one.Value),
    ];
}
