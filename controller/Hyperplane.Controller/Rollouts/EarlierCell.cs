namespace Hyperplane.Controller.Rollouts;

/// <summary>A cell of a zone before, as far as it holds what a version brought.</summary>
/// <param name="zone">Its zone.</param>
/// <param name="cell">Its name.</param>
internal sealed class EarlierCell(string zone, string cell)
{
    // The first version with each; null: only older ones are there.
    private readonly Dictionary<string, ulong?> _first = new(StringComparer.Ordinal);

    /// <summary>Its zone.</summary>
    public string Zone => zone;

    /// <summary>Its name.</summary>
    public string Cell => cell;

    /// <summary>Whether some of it is there in older generations alone.</summary>
    public bool IsMissing => _first.ContainsValue(null);

    /// <summary>The first version with all of it that is there; 0 for none.</summary>
    public ulong Version => _first.Values.Max() ?? 0;

    /// <summary>It holds a generation of a resource.</summary>
    /// <param name="resource">Which.</param>
    /// <param name="version">Since when, if the generation is not too old; else null.</param>
    public void Hold(string resource, ulong? version)
    {
        if (!_first.TryGetValue(resource, out ulong? first) || first is null || version < first)
            _first[resource] = version ?? first;
    }
}
