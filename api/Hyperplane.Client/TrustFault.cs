namespace Hyperplane.Client;

/// <summary>What is wrong with the API's certificate.</summary>
public enum TrustFault
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It holds no more, or not yet.</summary>
    OutOfTime,

    /// <summary>It is for another name.</summary>
    OtherName,

    /// <summary>Nobody who is trusted issued it.</summary>
    OtherIssuer,
}
