using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Directory;

/// <summary>A question under way.</summary>
internal struct Question
{
    public QuestionKind Kind;

    /// <summary>Differs between two uses of the same place.</summary>
    public ushort Generation;

    /// <summary>The pipeline's words: the first plain "no" is enough.</summary>
    public bool IsQuick;

    /// <summary>A claim that began as an insert, whose flow is lost when another node owns the key.</summary>
    public bool IsOfInsert;

    /// <summary>Rounds of negatives, or claims, that were tried.</summary>
    public byte Round;

    /// <summary>Answers that are still out.</summary>
    public byte Waiting;

    /// <summary>Both replicas were complete when they were asked.</summary>
    public bool IsAuthoritative;

    /// <summary>Whom it waits for.</summary>
    public ushort FirstNode;

    /// <summary>Whom else it waits for; 0 for nobody.</summary>
    public ushort SecondNode;

    /// <summary>When something happens by itself.</summary>
    public long DueNs;

    /// <summary>When it ends without an answer.</summary>
    public long EndNs;

    /// <summary>As the pipeline asked.</summary>
    public FlowKey Key;

    /// <summary>What is to be decided or claimed.</summary>
    public FlowRecord Record;
}
