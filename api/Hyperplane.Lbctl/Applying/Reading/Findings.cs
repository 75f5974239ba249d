namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>Everything that is wrong in a file, told at once.</summary>
internal sealed class Findings
{
    /// <summary>The most that are told.</summary>
    private const int MaxTold = 20;

    private readonly List<(Place At, string Message)> _all = [];

    /// <summary>Adds one.</summary>
    public void Add(Place at, string message) => _all.Add((at, message));

    /// <summary>A usage failure when there are any.</summary>
    public void ThrowIfAny()
    {
        if (_all.Count == 0)
            return;
        string[] lines =
            [.. _all.OrderBy(static one => one.At.Line).ThenBy(static one => one.At.Column).Select(Line).Take(MaxTold)];
        throw new CommandFailure(
            ExitCode.Usage,
            lines[0],
            _all.Count > lines.Length ? [.. lines[1..], $"… and {_all.Count - lines.Length} more"] : lines[1..]);
    }

    private static string Line((Place At, string Message) one) => $"{one.At}: {one.Message}";
}
