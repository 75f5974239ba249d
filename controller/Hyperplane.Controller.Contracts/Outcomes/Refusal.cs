namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>Why a request was refused.</summary>
/// <param name="Kind">Which HTTP status it deserves.</param>
/// <param name="Code">Stable, snake_case: <c>name_in_use</c>, <c>unknown_zone</c>, <c>vip_pool_exhausted</c>, …</param>
/// <param name="Detail">One sentence for a person, with what to do next.</param>
/// <param name="Errors">All errors at once, each with a JSON pointer into the request; may be empty.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Detail, IReadOnlyList<FieldError> Errors);
