namespace Hyperplane.Lbctl.Api;

/// <summary>One thing wrong in a request.</summary>
/// <param name="Pointer">Where (RFC 6901).</param>
/// <param name="Code">What, stable.</param>
/// <param name="Message">What, for a person.</param>
internal sealed record ProblemError(string? Pointer = null, string? Code = null, string? Message = null);
