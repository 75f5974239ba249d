using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Hyperplane.Api.Problems;

/// <summary>One thing that is wrong in a request.</summary>
internal sealed record ProblemError(
    [property: Required, Description("A JSON pointer (RFC 6901) into the body, or `query:NAME`, or `path:NAME`.")]
    string Pointer,
    [property: Required, Description("Stable, made for programs.")]
    string Code,
    [property: Required, Description("One sentence that says what is allowed.")]
    string Message);
