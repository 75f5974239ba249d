namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>The kinds of refusal, each with one HTTP status.</summary>
public enum RefusalKind
{
    /// <summary>400: a value that cannot be.</summary>
    Invalid,

    /// <summary>404: not there, or another tenant's.</summary>
    NotFound,

    /// <summary>409: contradicts what exists.</summary>
    Conflict,

    /// <summary>412: not as the caller believes it to be.</summary>
    Stale,

    /// <summary>403: not this key's business, or over a quota.</summary>
    Forbidden,

    /// <summary>503: an address pool or a cell has nothing left; try later or ask the operator.</summary>
    Exhausted,
}
