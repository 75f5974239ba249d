using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.Problems;

namespace Hyperplane.Api.Requests.Rules;

/// <summary>How many items a list may have, with codes of their own for too few and too many.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ItemCountAttribute : LengthAttribute, ICodedRule
{
    public ItemCountAttribute(int minimum, int maximum)
        : base(minimum, maximum) => ErrorMessage = "Must have {1} to {2} items.";

    /// <summary>The code when there are too few.</summary>
    public string TooFew { get; init; } = ProblemCodes.InvalidValue;

    /// <summary>The code when there are too many.</summary>
    public string TooMany { get; init; } = ProblemCodes.InvalidValue;

    /// <inheritdoc/>
    public string CodeFor(object value) =>
        value is System.Collections.ICollection items && items.Count < MinimumLength ? TooFew : TooMany;
}
