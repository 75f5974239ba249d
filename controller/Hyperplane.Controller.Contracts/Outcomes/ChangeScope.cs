namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>Who makes the changes of one request, and on which conditions; a scoped service.</summary>
public sealed class ChangeScope
{
    /// <summary>The key that was shown; the audit trail names it.</summary>
    public string KeyId { get; set; } = "system";

    /// <summary>The request's id; null outside a request.</summary>
    public string? RequestId { get; set; }

    /// <summary>All is done but for keeping it: the outcome is what it would be.</summary>
    public bool ValidateOnly { get; set; }

    /// <summary>The generations one of which a resource must have to be changed or deleted; null: any.</summary>
    public IReadOnlyList<long>? IfMatch { get; set; }

    /// <summary>Whether a resource is as the caller believes.</summary>
    public bool Matches(long generation) => IfMatch is null || IfMatch.Contains(generation);
}
