namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>Foreign text in a message: short, printable, in quotation marks.</summary>
internal static class Quoted
{
    private const int Longest = 64;

    /// <summary>At most 64 characters; what cannot be printed becomes a question mark.</summary>
    public static string Text(string text)
    {
        string start = text.Length > Longest ? text[..Longest] + "…" : text;
        return $"\"{string.Concat(start.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}\"";
    }
}
