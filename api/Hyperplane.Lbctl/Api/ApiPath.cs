namespace Hyperplane.Lbctl.Api;

/// <summary>Builds paths below the endpoint from what a person typed.</summary>
internal static class ApiPath
{
    /// <summary>
    /// <c>v1/A/B/…</c>, each segment escaped; a usage failure for a segment that would leave its place.
    /// </summary>
    public static string Of(params ReadOnlySpan<string> segments)
    {
        string path = "v1";
        foreach (string segment in segments)
            path += "/" + Segment(segment);
        return path;
    }

    /// <summary>One segment, escaped; a usage failure for one that would leave its place.</summary>
    public static string Segment(string text) => text is "" or "." or ".."
        ? throw new CommandFailure(ExitCode.Usage, $"'{text}' is neither a name nor an id")
        : Uri.EscapeDataString(text);

    /// <summary>Adds a query parameter.</summary>
    public static string With(string path, string name, string value) =>
        $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(value)}";
}
