using System.Text;

namespace Hyperplane.Health;

/// <summary>What one probe found.</summary>
public sealed record ProbeResult
{
    /// <summary>Longest text of what was sent, and of what came back, in characters.</summary>
    public const int MaxTextLength = 200;

    /// <summary>A result; texts are cut to their limit, and what cannot be printed becomes a dot.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="sent">What this node did.</param>
    /// <param name="received">What came of it.</param>
    public ProbeResult(ProbeOutcome outcome, string sent, string received)
    {
        ArgumentNullException.ThrowIfNull(sent);
        ArgumentNullException.ThrowIfNull(received);
        (Outcome, Sent, Received) = (outcome, Clean(sent), Clean(received));
    }

    /// <summary>How it ended.</summary>
    public ProbeOutcome Outcome { get; }

    /// <summary>What was sent: printable ASCII, at most 200 characters.</summary>
    public string Sent { get; }

    /// <summary>What came back, or that nothing did: printable ASCII, at most 200 characters.</summary>
    public string Received { get; }

    /// <summary>The weight that the target asked for; null when it asked for none.</summary>
    public int? Weight { get; init; }

    /// <summary>Any text as printable ASCII, cut to the limit.</summary>
    internal static string Clean(string text)
    {
        int length = Math.Min(text.Length, MaxTextLength);
        if (length == text.Length && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var clean = new StringBuilder(text, 0, length, length);
        for (int i = 0; i < length; i++)
        {
            if (clean[i] is < ' ' or > '~')
                clean[i] = '.';
        }

        return clean.ToString();
    }
}
