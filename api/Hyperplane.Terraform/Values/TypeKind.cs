namespace Hyperplane.Terraform.Values;

/// <summary>What a type is.</summary>
internal enum TypeKind
{
    /// <summary><c>string</c>.</summary>
    Text,

    /// <summary><c>number</c>.</summary>
    Number,

    /// <summary><c>bool</c>.</summary>
    Truth,

    /// <summary><c>list(…)</c>.</summary>
    List,

    /// <summary><c>set(…)</c>.</summary>
    Set,

    /// <summary><c>map(…)</c>.</summary>
    Map,

    /// <summary><c>object({…})</c>.</summary>
    Object,
}
