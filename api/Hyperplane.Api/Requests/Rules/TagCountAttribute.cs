using System.ComponentModel.DataAnnotations;

namespace Hyperplane.Api.Requests.Rules;

/// <summary>At most 50 tags; the tags themselves are checked by <see cref="Resources.Tags"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TagCountAttribute : ValidationAttribute
{
    /// <summary>So many a resource may have.</summary>
    public const int Limit = 50;

    public TagCountAttribute() => ErrorMessage = "May have at most 50 tags.";

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is System.Collections.IDictionary { Count: <= Limit };
}
