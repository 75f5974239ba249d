using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Directory;

/// <summary>Where a pipeline and the flow directory meet: two bounded queues and a bell at either end.</summary>
/// <remarks>The pipeline's thread writes requests and reads answers; the directory's thread the other way round. A full
/// queue is the writer's to handle: the pipeline counts and goes on without the directory, the directory keeps what it
/// could not say and tries again. A node with several pipelines has one for each of them: <see cref="Lines"/> of the
/// first, which stands for all to the directory.</remarks>
public sealed class FlowExchange
{
    private readonly FlowExchange _first;
    private readonly int _capacity;
    private FlowExchange[] _lines;
    private FlowHomes? _homes;
    private Action _requestsWaiting = static () => { };
    private int _turn;
    private bool _isFilling;

    /// <summary>With room for so many messages each way, a power of two.</summary>
    public FlowExchange(int capacity = 16_384)
        : this(capacity, null)
    {
    }

    private FlowExchange(int capacity, FlowExchange? first)
    {
        (_capacity, _first, _lines) = (capacity, first ?? this, [this]);
        Requests = new FlowRing<FlowRequest>(capacity);
        Answers = new FlowRing<FlowAnswer>(capacity);
    }

    /// <summary>From the pipeline to the directory.</summary>
    public FlowRing<FlowRequest> Requests { get; }

    /// <summary>From the directory to the pipeline.</summary>
    public FlowRing<FlowAnswer> Answers { get; }

    /// <summary>One a pipeline, this one first.</summary>
    public IReadOnlyList<FlowExchange> Lines => _lines;

    /// <summary>Whether the directory does not know yet what the cell knows: no pipeline creates a flow or resets
    /// one, and they find those of others all the same. Written by the directory, any thread may read.</summary>
    public bool IsFilling
    {
        get => Volatile.Read(ref _first._isFilling);
        set => Volatile.Write(ref _first._isFilling, value);
    }

    /// <summary>Rung by any pipeline after a batch that wrote requests it waits for, or has written many others; the
    /// directory looks every 10 ms all the same. Set once, before either side runs. Returns at once.</summary>
    public Action RequestsWaiting
    {
        get => _first._requestsWaiting;
        set => _first._requestsWaiting = value;
    }

    /// <summary>Rung by the directory after it wrote answers; set by the dataplane. Returns at once.</summary>
    public Action AnswersWaiting { get; set; } = static () => { };

    /// <summary>Makes a line for each pipeline; before either side runs.</summary>
    internal void Split(FlowHomes homes)
    {
        _homes = homes;
        _lines = [this, .. Enumerable.Range(1, homes.Pipelines - 1).Select(_ => new FlowExchange(_capacity, this))];
    }

    /// <summary>The line of the pipeline that judges frames with a key, by its place in <see cref="Lines"/>.</summary>
    public int LineOf(in FlowKey key) => _lines.Length == 1 ? 0 : _homes!.Of(key);

    /// <summary>Takes a request of any pipeline, of each in turn; false when there is none. By the directory.</summary>
    public bool TryReadRequest(out FlowRequest request)
    {
        for (int i = 0; i < _lines.Length; i++)
        {
            _turn = _turn + 1 < _lines.Length ? _turn + 1 : 0;
            if (_lines[_turn].Requests.TryRead(out request))
                return true;
        }
        request = default;
        return false;
    }

    /// <summary>Whether a request of any pipeline waits. By the directory.</summary>
    public bool HasRequests
    {
        get
        {
            foreach (FlowExchange line in _lines)
            {
                if (!line.Requests.IsEmpty)
                    return true;
            }
            return false;
        }
    }
}
