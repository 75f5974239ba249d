namespace Hyperplane.Flows.Wire;

/// <summary>What an operation carries besides its header.</summary>
public enum FlowOpBody
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A record.</summary>
    Record,

    /// <summary>A key.</summary>
    Key,

    /// <summary>A view.</summary>
    View,

    /// <summary>There is no such operation.</summary>
    Unknown,
}
