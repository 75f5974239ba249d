using System.Globalization;

namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>Where something stands in a file; lines and columns count from 1.</summary>
internal readonly record struct Place(string File, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
}
