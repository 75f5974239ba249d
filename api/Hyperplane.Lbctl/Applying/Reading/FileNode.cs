namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>A value of a file, YAML or JSON, with its place.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Size">How many values it is, those in it counted, as often as they are there.</param>
internal abstract record FileNode(Place At, int Size)
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }
}
