namespace Hyperplane.Flows.Directory;

/// <summary>The questions under way: bounded, found by tag, each with one time at which something is due.</summary>
internal sealed class QuestionTable
{
    private const int PlaceBits = 16;

    private readonly Question[] _questions;
    private readonly Stack<int> _free;
    private readonly PriorityQueue<uint, long> _due = new();

    public QuestionTable(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, ushort.MaxValue);
        _questions = new Question[capacity];
        _free = new Stack<int>(Enumerable.Range(0, capacity).Reverse());
    }

    /// <summary>Questions under way.</summary>
    public int Count => _questions.Length - _free.Count;

    /// <summary>When the next one is due; <see cref="long.MaxValue"/> when none is. Dates of questions that were
    /// answered are forgotten on the way: nearly all are, and each would cost a wake.</summary>
    public long NextDueNs
    {
        get
        {
            while (_due.TryPeek(out uint tag, out long dueNs))
            {
                if (IsDate(tag, dueNs))
                    return dueNs;
                _due.Dequeue();
            }
            return long.MaxValue;
        }
    }

    /// <summary>The question of a tag that is under way.</summary>
    public ref Question this[uint tag] => ref _questions[(tag & ushort.MaxValue) - 1];

    /// <summary>Begins one; 0 when too many are under way.</summary>
    public uint Begin(QuestionKind kind)
    {
        if (!_free.TryPop(out int place))
            return 0;
        ref Question question = ref _questions[place];
        ushort generation = (ushort)(question.Generation + 1);
        question = default;
        question.Kind = kind;
        question.Generation = generation;
        return ((uint)generation << PlaceBits) | (uint)(place + 1);
    }

    /// <summary>Whether a tag names a question of this kind that is under way.</summary>
    public bool IsOpen(uint tag, QuestionKind kind)
    {
        uint place = tag & ushort.MaxValue;
        return place > 0 && place <= _questions.Length
            && _questions[place - 1].Kind == kind && _questions[place - 1].Generation == tag >> PlaceBits;
    }

    /// <summary>Whether a tag names a question under way.</summary>
    public bool IsOpen(uint tag)
    {
        uint place = tag & ushort.MaxValue;
        return place > 0 && place <= _questions.Length
            && _questions[place - 1].Kind != QuestionKind.None && _questions[place - 1].Generation == tag >> PlaceBits;
    }

    /// <summary>Sets when something is due.</summary>
    public void Schedule(uint tag, long dueNs)
    {
        this[tag].DueNs = dueNs;
        _due.Enqueue(tag, dueNs);
    }

    /// <summary>Takes a question that is due.</summary>
    public bool TryTakeDue(long nowNs, out uint tag)
    {
        while (_due.TryPeek(out tag, out long dueNs) && dueNs <= nowNs)
        {
            _due.Dequeue();
            if (IsDate(tag, dueNs))
                return true;
        }
        tag = 0;
        return false;
    }

    /// <summary>Ends one.</summary>
    public void End(uint tag)
    {
        this[tag].Kind = QuestionKind.None;
        _free.Push((int)(tag & ushort.MaxValue) - 1);
    }

    /// <summary>The tags under way; for the rare walk after a death.</summary>
    public List<uint> Open()
    {
        var tags = new List<uint>(Count);
        for (int place = 0; place < _questions.Length; place++)
        {
            if (_questions[place].Kind != QuestionKind.None)
                tags.Add(((uint)_questions[place].Generation << PlaceBits) | (uint)(place + 1));
        }
        return tags;
    }

    private bool IsDate(uint tag, long dueNs) => IsOpen(tag) && this[tag].DueNs == dueNs;
}
