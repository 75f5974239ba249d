namespace Hyperplane.Terraform.Values;

/// <summary>What a value is.</summary>
internal enum ValueKind
{
    /// <summary>None.</summary>
    Null,

    /// <summary>Told later.</summary>
    Unknown,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Truth,

    /// <summary>A list or a set.</summary>
    Items,

    /// <summary>A map or an object.</summary>
    Members,
}
