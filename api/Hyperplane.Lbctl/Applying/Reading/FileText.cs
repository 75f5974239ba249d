namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>A text, a number, true, false or null, as it is written.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Text">Without quotes.</param>
/// <param name="IsBare">Whether it had none: then it may be a number or null.</param>
internal sealed record FileText(Place At, string Text, bool IsBare) : FileNode(At, 1)
{
    /// <summary>Whether it is nothing.</summary>
    public bool IsNull => IsBare && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <inheritdoc/>
    public override string Kind => IsNull ? "nothing" : $"'{(Text.Length > 40 ? Text[..40] + "…" : Text)}'";
}
