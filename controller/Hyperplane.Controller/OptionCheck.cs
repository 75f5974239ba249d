namespace Hyperplane.Controller;

/// <summary>
/// Refuses options that are out of range, in words an operator can act on and without telling a secret.
/// </summary>
internal static class OptionCheck
{
    private const int MinSecretChars = 16;

    /// <summary>Throws when the value is outside the range.</summary>
    public static void Between<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            throw new ArgumentException($"{name} is {value}; it may be {least} to {most}", name);
    }

    /// <summary>Throws when nothing is given.</summary>
    public static void NotEmpty(string? value, string name)
    {
        if (string.IsNullOrWhiteSpace(value))
            throw new ArgumentException($"{name} is missing", name);
    }

    /// <summary>Throws when a secret is given but can be guessed.</summary>
    public static void Secret(string? value, string name)
    {
        if (value is { Length: < MinSecretChars })
            throw new ArgumentException($"{name} is shorter than {MinSecretChars} characters", name);
    }
}
