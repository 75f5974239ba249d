namespace Hyperplane.Terraform.Schemas;

/// <summary>How often a field's own fields occur.</summary>
internal enum Nesting
{
    /// <summary>Once, or not at all.</summary>
    Single = 1,

    /// <summary>Any number of times, in order; of data sources alone.</summary>
    List = 2,

    /// <summary>Any number of times, without order.</summary>
    Set = 3,

    /// <summary>Any number of times, by name.</summary>
    Map = 4,
}
