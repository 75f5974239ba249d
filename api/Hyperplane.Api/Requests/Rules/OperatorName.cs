namespace Hyperplane.Api.Requests.Rules;

/// <summary>The rule for names that an operator gives: zones, cells, nodes.</summary>
internal static class OperatorName
{
    /// <summary>The rule as ECMA-262 and .NET both read it.</summary>
    public const string Allowed = "^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$";

    /// <summary>What is said of a wrong name.</summary>
    public const string Message = "Must be 1 to 32 of a-z, 0-9 and hyphen, no hyphen at the ends.";
}
