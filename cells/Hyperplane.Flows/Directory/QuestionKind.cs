namespace Hyperplane.Flows.Directory;

/// <summary>What a question is about.</summary>
internal enum QuestionKind : byte
{
    /// <summary>The place is free.</summary>
    None,

    /// <summary>A flow of ours wants a decision.</summary>
    Insert,

    /// <summary>We decided for ourselves; another copy must be there before it counts.</summary>
    Copy,

    /// <summary>Who has a key?</summary>
    LookUp,

    /// <summary>A flow whose owner is gone is to be ours.</summary>
    Claim,
}
