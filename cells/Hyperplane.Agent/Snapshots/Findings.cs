namespace Hyperplane.Agent.Snapshots;

/// <summary>What is wrong with a snapshot, bounded: the first eight reasons and how many more there are.</summary>
internal sealed class Findings
{
    private const int Limit = 8;
    private readonly List<string> _reasons = [];
    private int _count;

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool None => _count == 0;

    /// <summary>Notes a reason.</summary>
    public void Add(string reason)
    {
        _count++;
        if (_reasons.Count < Limit)
            _reasons.Add(reason);
    }

    /// <summary>All reasons in one line; null when there is none.</summary>
    public string? Text()
    {
        if (None)
            return null;
        string text = string.Join("; ", _reasons);
        return _count > Limit ? $"{text}; and {_count - Limit} more" : text;
    }
}
