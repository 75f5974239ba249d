using System.Text;

namespace Hyperplane.Health;

/// <summary>What one probe found.</summary>
public sealed record ProbeResult
{
    /// <summary>Longest detail, in characters.</summary>
    public const int MaxDetailLength = 256;

    /// <summary>A result; the detail is cut to its limit, and what cannot be printed becomes a dot.</summary>
    public ProbeResult(ProbeOutcome outcome, string detail)
    {
        ArgumentNullException.ThrowIfNull(detail);
        Outcome = outcome;
        Detail = Clean(detail);
    }

    /// <summary>How it ended.</summary>
    public ProbeOutcome Outcome { get; }

    /// <summary>What was sent and what came back: printable ASCII, at most 256 characters.</summary>
    public string Detail { get; }

    private static string Clean(string detail)
    {
        int length = Math.Min(detail.Length, MaxDetailLength);
        if (length == detail.Length && !detail.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return detail;
        var text = new StringBuilder(detail, 0, length, length);
        for (int i = 0; i < length; i++)
        {
            if (text[i] is < ' ' or > '~')
                text[i] = '.';
        }

        return text.ToString();
    }
}
