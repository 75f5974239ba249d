using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Hyperplane.Lbctl.Options;

/// <summary>Options that take a whole number.</summary>
internal static class NumberOption
{
    /// <summary>
    /// One that refuses everything but a whole number from <paramref name="min"/> to <paramref name="max"/>.
    /// </summary>
    public static Option<int?> Of(string name, int min, int max, string description, bool required = false) => new(name)
    {
        Description = description,
        HelpName = "N",
        Required = required,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = argument => Parse(argument, name, min, max),
    };

    /// <summary>A TCP or UDP port.</summary>
    public static Option<int?> Port(string name, string description, bool required = false) =>
        Of(name, 1, 65_535, description, required);

    private static int? Parse(ArgumentResult argument, string name, int min, int max)
    {
        string text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= min && number <= max)
            return number;
        argument.AddError(max == int.MaxValue
            ? $"{name} must be a whole number from {min}, not '{text}'."
            : $"{name} must be a whole number from {min} to {max}, not '{text}'.");
        return null;
    }
}
