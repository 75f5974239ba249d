using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Directory;

/// <summary>Answers on their way to the pipeline; what finds its queue full waits here, within a limit.</summary>
internal sealed class AnswerQueue(FlowExchange exchange, FlowDirectoryCounters counters)
{
    private const int MostWaiting = 131_072;

    private readonly Queue<FlowAnswer> _waiting = new();
    private bool _wrote;

    /// <summary>Whether the pipeline is behind: then no more questions are taken from it.</summary>
    public bool IsBehind => _waiting.Count > 0;

    public void Add(FlowAnswerKind kind, in FlowKey key, in FlowRecord record)
    {
        var answer = new FlowAnswer { Kind = kind, Key = key, Record = record };
        if (_waiting.Count == 0 && exchange.Answers.TryWrite(answer))
            _wrote = true;
        else if (_waiting.Count < MostWaiting)
            _waiting.Enqueue(answer);
        else
            counters.Add(FlowDirectoryCounter.AnswersDropped);
    }

    /// <summary>Gives on what waited, and rings.</summary>
    public void Flush()
    {
        while (_waiting.TryPeek(out FlowAnswer answer) && exchange.Answers.TryWrite(answer))
        {
            _waiting.Dequeue();
            _wrote = true;
        }
        if (!_wrote)
            return;
        _wrote = false;
        exchange.AnswersWaiting();
    }
}
