namespace Hyperplane.Traffic.Client;

/// <summary>How a connection ended.</summary>
internal enum Ending
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>A reset or another error.</summary>
    Reset,

    /// <summary>The other side closed it.</summary>
    Closed,

    /// <summary>A byte that was not its own or not in its place.</summary>
    Wrong,

    /// <summary>No answer for 15 s.</summary>
    Silent,
}
