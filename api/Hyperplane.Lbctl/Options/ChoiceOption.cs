using System.CommandLine;

namespace Hyperplane.Lbctl.Options;

/// <summary>Options that take one of a few words, in any case.</summary>
internal static class ChoiceOption
{
    /// <summary>One that accepts the given words only and gives them as they are spelled here.</summary>
    public static Option<string> Of(string name, string description, bool required, params string[] allowed)
    {
        string words = $"{string.Join(", ", allowed[..^1])} or {allowed[^1]}";
        var option = new Option<string>(name)
        {
            Description = $"{description}: {string.Join(", ", allowed)}",
            HelpName = string.Join('|', allowed),
            Required = required,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = argument =>
            {
                string text = argument.Tokens[0].Value;
                string? word = allowed.FirstOrDefault(one => one.Equals(text, StringComparison.OrdinalIgnoreCase));
                if (word is null)
                    argument.AddError($"{name} must be {words}, not '{text}'.");
                return word!;
            },
        };
        option.CompletionSources.Add(allowed);
        return option;
    }
}
