namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>Which way a list is sorted by something.</summary>
public enum SortDirection
{
    /// <summary>Not by it.</summary>
    None,

    /// <summary>The least first.</summary>
    Ascending,

    /// <summary>The greatest first.</summary>
    Descending,
}
