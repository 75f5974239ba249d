using System.Globalization;
using System.Text.RegularExpressions;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>How long creating, changing and deleting may take, as a configuration says it.</summary>
internal static partial class Timeouts
{
    private const string Name = "timeouts";
    private static readonly TimeSpan Default = TimeSpan.FromMinutes(10);

    /// <summary>The field of a resource that is waited for.</summary>
    public static Field Field { get; } = Field.Of(
        Nesting.Single,
        Name,
        "How long to wait at most, like \"90s\" or \"10m\", which is the default.",
        Duration("create"), Duration("update"), Duration("delete")).Optional();

    /// <summary>What a configuration says of one of them.</summary>
    public static TimeSpan Of(Value state, string operation) =>
        state[Name][operation].AsText is { } text && TryParse(text, out TimeSpan said) ? said : Default;

    /// <summary>Reads hours, minutes and seconds.</summary>
    internal static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        Match match = Pattern().Match(text);
        if (!match.Success || text.Length == 0)
            return false;
        duration = new TimeSpan(Part(match, "h"), Part(match, "m"), Part(match, "s"));
        return duration > TimeSpan.Zero;
    }

    private static Field Duration(string name) => Field.Text(name, $"To {name} it.").Optional().With(
        value => TryParse(value.AsText!, out _) ? null : $"{value} is no duration like \"90s\", \"10m\" or \"1h30m\".");

    private static int Part(Match match, string unit) =>
        match.Groups[unit] is { Success: true } group ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        "^((?<h>[0-9]{1,3})h)?((?<m>[0-9]{1,4})m)?((?<s>[0-9]{1,5})s)?$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Pattern();
}
