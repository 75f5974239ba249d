namespace Hyperplane.Dataplane.Directory;

/// <summary>Where a pipeline and the flow directory meet: two bounded queues and a bell at either end.</summary>
/// <remarks>The pipeline's thread writes requests and reads answers; the directory's thread the other way round. A full
/// queue is the writer's to handle: the pipeline counts and goes on without the directory, the directory keeps what it
/// could not say and tries again.</remarks>
public sealed class FlowExchange
{
    private bool _isFilling;

    /// <summary>With room for so many messages each way, a power of two.</summary>
    public FlowExchange(int capacity = 16_384)
    {
        Requests = new FlowRing<FlowRequest>(capacity);
        Answers = new FlowRing<FlowAnswer>(capacity);
    }

    /// <summary>From the pipeline to the directory.</summary>
    public FlowRing<FlowRequest> Requests { get; }

    /// <summary>From the directory to the pipeline.</summary>
    public FlowRing<FlowAnswer> Answers { get; }

    /// <summary>Whether the directory does not know yet what the cell knows: the pipeline creates no flow and resets
    /// none, and finds those of others all the same. Written by the directory, any thread may read.</summary>
    public bool IsFilling
    {
        get => Volatile.Read(ref _isFilling);
        set => Volatile.Write(ref _isFilling, value);
    }

    /// <summary>Rung by the pipeline after a batch that wrote requests it waits for, or has written many others; the
    /// directory looks every 10 ms all the same. Set once, before either side runs. Returns at once.</summary>
    public Action RequestsWaiting { get; set; } = static () => { };

    /// <summary>Rung by the directory after it wrote answers; set by the dataplane. Returns at once.</summary>
    public Action AnswersWaiting { get; set; } = static () => { };
}
