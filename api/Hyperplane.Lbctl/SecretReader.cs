using System.Text;

namespace Hyperplane.Lbctl;

/// <summary>Reads what nobody else shall see.</summary>
internal static class SecretReader
{
    /// <summary>No key is longer.</summary>
    private const int MaxLength = 1_024;

    /// <summary>From a terminal without showing it, else the first line; null for none.</summary>
    public static string? Read(string prompt)
    {
        string? read = Console.IsInputRedirected ? Console.In.ReadLine() : Ask(prompt);
        return read?.Trim() is { Length: > 0 and <= MaxLength } secret ? secret : null;
    }

    private static string Ask(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace && typed.Length > 0)
                typed.Length--;
            else if (!char.IsControl(key.KeyChar) && typed.Length <= MaxLength)
                typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
