using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Directory;

/// <summary>Answers on their way to the pipelines, each to the one that judges frames of its key; what finds a queue
/// full waits here, within a limit.</summary>
internal sealed class AnswerQueue(FlowExchange exchange, FlowDirectoryCounters counters)
{
    private const int MostWaiting = 131_072;

    private readonly Line[] _lines = [.. Enumerable.Range(0, FlowHomes.Classes).Select(_ => new Line())];
    private int _waiting;

    /// <summary>Whether a pipeline is behind: then no more questions are taken from any.</summary>
    public bool IsBehind => _waiting > 0;

    public void Add(FlowAnswerKind kind, in FlowKey key, in FlowRecord record)
    {
        var answer = new FlowAnswer { Kind = kind, Key = key, Record = record };
        int place = exchange.LineOf(key);
        Line line = _lines[place];
        if (line.Waiting.Count == 0 && exchange.Lines[place].Answers.TryWrite(answer))
        {
            line.Wrote = true;
        }
        else if (_waiting < MostWaiting)
        {
            line.Waiting.Enqueue(answer);
            _waiting++;
        }
        else
        {
            counters.Add(FlowDirectoryCounter.AnswersDropped);
        }
    }

    /// <summary>Gives on what waited, and rings.</summary>
    public void Flush()
    {
        for (int place = 0; place < exchange.Lines.Count; place++)
            Flush(_lines[place], exchange.Lines[place]);
    }

    private void Flush(Line line, FlowExchange pipeline)
    {
        while (line.Waiting.TryPeek(out FlowAnswer answer) && pipeline.Answers.TryWrite(answer))
        {
            line.Waiting.Dequeue();
            _waiting--;
            line.Wrote = true;
        }
        if (!line.Wrote)
            return;
        line.Wrote = false;
        pipeline.AnswersWaiting();
    }

    /// <summary>What is on its way to one pipeline.</summary>
    private sealed class Line
    {
        public Queue<FlowAnswer> Waiting { get; } = new();

        public bool Wrote { get; set; }
    }
}
