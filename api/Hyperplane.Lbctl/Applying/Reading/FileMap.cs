namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>Named values, each name once, in the order of the file.</summary>
internal sealed record FileMap(Place At, IReadOnlyList<FileMember> Members, int Size) : FileNode(At, Size)
{
    /// <inheritdoc/>
    public override string Kind => "a map";
}
