namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>What becomes of something.</summary>
internal enum ChangeKind
{
    /// <summary>It is not there yet.</summary>
    Create,

    /// <summary>It is there and becomes another.</summary>
    Change,

    /// <summary>It goes.</summary>
    Delete,
}
