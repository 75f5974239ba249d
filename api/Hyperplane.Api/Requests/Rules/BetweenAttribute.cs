using System.ComponentModel.DataAnnotations;

namespace Hyperplane.Api.Requests.Rules;

/// <summary>A whole number from one to another, both included.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BetweenAttribute : RangeAttribute
{
    public BetweenAttribute(int minimum, int maximum)
        : base(minimum, maximum) => ErrorMessage = "Must be a whole number from {1} to {2}.";
}
