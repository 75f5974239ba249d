namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>One thing wrong in a request.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901), for example <c>/zones/1/zone</c>.</param>
/// <param name="Code">Stable, snake_case.</param>
/// <param name="Message">One sentence that says what is allowed.</param>
public sealed record FieldError(string Pointer, string Code, string Message);
