using Hyperplane.Cells.Contracts;

namespace Hyperplane.Controller.Snapshots;

/// <summary>How a cell's next snapshot comes about, from what was read to its bytes; touches no database.</summary>
/// <param name="memory">The cell's pieces.</param>
/// <param name="read">What was read of the cell.</param>
/// <param name="part">What of it was read; null: all.</param>
/// <param name="marks">What is marked.</param>
/// <param name="fence">The highest version a node ever accepted; 0 when the store did not fall behind.</param>
internal sealed class CellBuild(CellMemory memory, DesiredRead read, CellPart? part, CellMarks marks, ulong fence)
{
    /// <summary>The cell's name.</summary>
    public string Cell => read.Desired.Cell;

    /// <summary>What was read.</summary>
    public DesiredRead Read => read;

    /// <summary>What is marked.</summary>
    public CellMarks Marks => marks;

    /// <summary>Everything but VIPs and target groups, once it was built.</summary>
    public Snapshot Frame { get; private set; } = new();

    /// <summary>What differs from the version before.</summary>
    public TakenPieces? Taken { get; private set; }

    /// <summary>SHA-256 of the content, without versions.</summary>
    public byte[] ContentHash { get; private set; } = [];

    /// <summary>The whole message.</summary>
    public byte[] Data { get; private set; } = [];

    /// <summary>Whether the store fell behind its nodes, and is above them now.</summary>
    public bool FellBehind => fence > 0;

    /// <summary>Whether it is what the newest version is.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Builds it.</summary>
    /// <param name="compiled">The message without versions.</param>
    public void Build(CompiledCell compiled)
    {
        Taken = memory.Take(part, compiled);
        Frame = compiled.Frame;
        ContentHash = memory.Hash(Frame);
        IsKnown = fence == 0
            && read.ContentHash is not null
            && read.ContentHash.AsSpan().SequenceEqual(ContentHash);
        ulong version = IsKnown ? read.Version : Math.Max(read.Version, fence) + 1;
        SnapshotCompiler.Stamp(Frame, read.Desired, marks, version);
        Data = memory.Assemble(Frame);
    }

    /// <summary>It is committed, with these changes in it.</summary>
    public void Keep(IReadOnlyList<CellChange> changes)
    {
        if (!marks.IsSpecial)
            memory.Keep(changes, Frame);
    }
}
