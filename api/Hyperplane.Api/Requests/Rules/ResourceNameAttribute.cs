using System.ComponentModel.DataAnnotations;

namespace Hyperplane.Api.Requests.Rules;

/// <summary>The name of a tenant's resource: 1 to 32 of A-Z, a-z, 0-9 and hyphen, no hyphen at the ends.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ResourceNameAttribute : RegularExpressionAttribute
{
    /// <summary>The rule as ECMA-262 and .NET both read it.</summary>
    public const string Allowed = "^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$";

    /// <summary>What is said of a wrong name.</summary>
    public const string Message = "Must be 1 to 32 of A-Z, a-z, 0-9 and hyphen, no hyphen at the ends.";

    public ResourceNameAttribute()
        : base(Allowed) => ErrorMessage = Message;

    /// <summary>Unlike the base, an empty name is wrong.</summary>
    public override bool IsValid(object? value) => value is string { Length: > 0 } && base.IsValid(value);
}
