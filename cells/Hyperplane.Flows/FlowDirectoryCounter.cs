namespace Hyperplane.Flows;

/// <summary>What can happen to questions and records.</summary>
public enum FlowDirectoryCounter
{
    /// <summary>Flows of this node that were decided in its favour.</summary>
    Won,

    /// <summary>Flows of this node whose key another one had.</summary>
    Lost,

    /// <summary>Flows taken over from dead or leaving owners.</summary>
    Claimed,

    /// <summary>Claims that came second.</summary>
    ClaimsLost,

    /// <summary>Flows of this node that got a newer owner.</summary>
    Displaced,

    /// <summary>Look-ups by the pipeline.</summary>
    LookUps,

    /// <summary>Look-ups that a living owner answered for.</summary>
    Relayed,

    /// <summary>Look-ups answered "nobody".</summary>
    Absent,

    /// <summary>Look-ups without an answer that may be acted upon.</summary>
    Unavailable,

    /// <summary>Look-ups refused because their destination had spent its budget.</summary>
    OverBudget,

    /// <summary>Questions refused because too many were under way.</summary>
    OverQuestions,

    /// <summary>Inserts without a decision within their limit.</summary>
    Undecided,

    /// <summary>Records that found no room.</summary>
    Full,

    /// <summary>Records decided upon for other nodes, in their favour.</summary>
    Decided,

    /// <summary>Records taken from other nodes.</summary>
    PutsTaken,

    /// <summary>Records of other nodes that were older than what was there.</summary>
    PutsRefused,

    /// <summary>Records sent because the cell changed.</summary>
    Resent,

    /// <summary>Records forgotten for want of news, or because this node no longer has a part in them.</summary>
    Expired,

    /// <summary>Batches that contradicted themselves.</summary>
    BadBatches,

    /// <summary>Answers that came too late or to nobody.</summary>
    StrayAnswers,

    /// <summary>Batches for nodes that could not be reached.</summary>
    NotSent,

    /// <summary>Answers that the pipeline's queue had no room for in time.</summary>
    AnswersDropped,

    /// <summary>Flows of this node that no other node had a part in: they end with it, should it end before another
    /// one is there.</summary>
    WonAlone,

    /// <summary>Starts at which not all living nodes brought what they have in time: this node went into service all
    /// the same.</summary>
    HeldUnfilled,

    /// <summary>Flows of this node that another node took for older than one that was over, and that were told again as
    /// the newer.</summary>
    Reasserted,

    /// <summary>Records whose owner did not know the flow: ended for all.</summary>
    Buried,
}
