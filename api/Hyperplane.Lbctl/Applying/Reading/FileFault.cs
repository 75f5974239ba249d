namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>The file cannot be read further than to a place.</summary>
internal sealed class FileFault(Place at, string message) : Exception(message)
{
    /// <summary>Where.</summary>
    public Place At { get; } = at;
}
