using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>A node's end of a flow directory in which every insert wins and every flow that is asked for is one other
/// node's, or nobody's.</summary>
internal sealed class OneSidedDirectory : IDisposable
{
    private readonly AutoResetEvent _asked = new(false);
    private readonly Thread _thread;
    private readonly ushort _owner;
    private volatile bool _ending;

    /// <param name="owner">Its start is its number; 0 for nobody.</param>
    public OneSidedDirectory(ushort owner)
    {
        _owner = owner;
        Exchange.RequestsWaiting = () => _asked.Set();
        _thread = new Thread(Answer) { IsBackground = true };
        _thread.Start();
    }

    public FlowExchange Exchange { get; } = new();

    public void Dispose()
    {
        _ending = true;
        _asked.Set();
        _thread.Join();
        _asked.Dispose();
    }

    private void Answer()
    {
        while (!_ending)
        {
            _asked.WaitOne();
            while (Exchange.TryReadRequest(out FlowRequest request))
            {
                FlowAnswer answer = new() { Key = request.Key, Record = request.Record };
                if (request.Kind == FlowRequestKind.Insert)
                    (answer.Kind, answer.Record.Epoch) = (FlowAnswerKind.Won, 1);
                else if (request.Kind is not (FlowRequestKind.LookUp or FlowRequestKind.LookUpQuickly))
                    continue;
                else if (_owner == 0)
                    answer.Kind = FlowAnswerKind.Absent;
                else
                    (answer.Kind, answer.Record.OwnerNode, answer.Record.OwnerStart) =
                        (FlowAnswerKind.Relay, _owner, _owner);
                Assert.True(Exchange.Lines[Exchange.LineOf(answer.Key)].Answers.TryWrite(answer));
            }
            foreach (FlowExchange line in Exchange.Lines)
                line.AnswersWaiting();
        }
    }
}
