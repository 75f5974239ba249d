namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>A line of a plan: what becomes of one thing.</summary>
/// <param name="Kind">What.</param>
/// <param name="Noun">What it is: <c>target group</c>.</param>
/// <param name="Name">Which one.</param>
/// <param name="Fields">How; of what is created those that the file says.</param>
internal sealed record Change(ChangeKind Kind, string Noun, string Name, IReadOnlyList<FieldChange> Fields)
{
    /// <summary>For messages: <c>nlb web</c>.</summary>
    public string Label => $"{Noun} {Name}";
}
