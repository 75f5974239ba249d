using System.Diagnostics;
using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Bench.Flows;

/// <summary>Refreshes a node's flows at a steady rate, on a thread of its own.</summary>
internal sealed class PacedLoad : IDisposable
{
    private const int Burst = 256;

    private readonly Thread _thread;
    private readonly FlowNode _owner;
    private readonly long _began = Stopwatch.GetTimestamp();
    private volatile bool _stopping;
    private long _written;

    public PacedLoad(FlowNode owner, int flows, double perSecond)
    {
        _owner = owner;
        _thread = new Thread(() => Run(flows, perSecond)) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Fails when the load has not begun.</summary>
    public void Check()
    {
        if (Volatile.Read(ref _written) == 0)
            throw new InvalidOperationException("there was no load");
    }

    /// <summary>Ends it; what it reached a second.</summary>
    public double Stop()
    {
        _stopping = true;
        double seconds = Stopwatch.GetElapsedTime(_began).TotalSeconds;
        _thread.Join();
        return _written / seconds;
    }

    public void Dispose() => _stopping = true;

    private void Run(int flows, double perSecond)
    {
        using var pause = new ManualResetEventSlim();
        while (!_stopping)
        {
            long due = (long)(Stopwatch.GetElapsedTime(_began).TotalSeconds * perSecond);
            for (int i = 0; i < Burst && _written < due && !_stopping; i++)
            {
                var request = new FlowRequest
                {
                    Kind = FlowRequestKind.Update,
                    Record = FlowMaker.Record((int)(_written % flows), _owner.Start),
                };
                if (!_owner.Exchange.Requests.TryWrite(request))
                    break;
                _written++;
            }
            _owner.Exchange.RequestsWaiting();
            if (_written >= due)
                pause.Wait(1);
        }
    }
}
