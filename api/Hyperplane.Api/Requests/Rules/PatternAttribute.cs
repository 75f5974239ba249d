using System.ComponentModel.DataAnnotations;

namespace Hyperplane.Api.Requests.Rules;

/// <summary>A string that a pattern must match as a whole; unlike the base, an empty string is no exception.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PatternAttribute : RegularExpressionAttribute
{
    public PatternAttribute(string pattern, string message)
        : base(pattern) => ErrorMessage = message;

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is string { Length: > 0 } && base.IsValid(value);
}
