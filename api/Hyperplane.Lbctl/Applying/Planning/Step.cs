namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>One request, with all that it changes.</summary>
/// <param name="Changes">What it changes; the first one names it.</param>
/// <param name="SendAsync">Sends it.</param>
internal sealed record Step(IReadOnlyList<Change> Changes, Func<Applied, Task> SendAsync)
{
    /// <summary>For messages: <c>create nlb web</c>.</summary>
    public string Label => $"{Verb} {Changes[0].Label}";

    private string Verb => Changes[0].Kind switch
    {
        ChangeKind.Create => "create",
        ChangeKind.Change => "change",
        _ => "delete",
    };
}
