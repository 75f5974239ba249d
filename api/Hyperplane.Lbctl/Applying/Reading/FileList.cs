namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>A list.</summary>
internal sealed record FileList(Place At, IReadOnlyList<FileNode> Items, int Size) : FileNode(At, Size)
{
    /// <inheritdoc/>
    public override string Kind => "a list";
}
