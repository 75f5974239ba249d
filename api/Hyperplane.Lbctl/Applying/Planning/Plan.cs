namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>The way from what is to what a file describes, in the order of its steps.</summary>
internal sealed record Plan(IReadOnlyList<Step> Steps)
{
    /// <summary>All that changes.</summary>
    public IReadOnlyList<Change> Changes => [.. Steps.SelectMany(static step => step.Changes)];

    /// <summary>How many of what: <c>2 to create, 1 to change, 0 to delete</c>.</summary>
    public string Summary =>
        $"{Count(ChangeKind.Create)} to create, {Count(ChangeKind.Change)} to change, "
        + $"{Count(ChangeKind.Delete)} to delete";

    /// <summary>The same when it was done.</summary>
    public string DoneSummary =>
        $"{Count(ChangeKind.Create)} created, {Count(ChangeKind.Change)} changed, {Count(ChangeKind.Delete)} deleted";

    private int Count(ChangeKind kind) => Changes.Count(change => change.Kind == kind);
}
