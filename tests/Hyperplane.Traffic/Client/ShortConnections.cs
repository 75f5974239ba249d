using System.Net;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Traffic.Client;

/// <summary>Opens short connections at a steady rate and counts how they end.</summary>
internal sealed class ShortConnections(Poller poller, IReadOnlyList<IPEndPoint> vips, int perSecond, ulong firstId)
{
    private readonly Queue<ShortConnection> _open = new();
    private readonly Cadence _cadence = new(perSecond, 1_000_000_000);
    private ulong _count;
    private int _finished;
    private int _failed;
    private long _slowestNs;

    public void Start(long nowNs) => _cadence.Start(nowNs);

    public void Turn(long nowNs)
    {
        for (int due = _cadence.Next(nowNs); due >= 0; due = _cadence.Next(nowNs))
            _open.Enqueue(new ShortConnection(poller, vips[(int)_count % vips.Count], firstId + _count++, nowNs));
        while (_open.TryPeek(out ShortConnection? oldest))
        {
            oldest.Check(nowNs);
            if (!oldest.IsOver)
                break;
            _open.Dequeue();
            _finished++;
            if (oldest.EchoedNs == 0)
                _failed++;
            else
                _slowestNs = Math.Max(_slowestNs, oldest.EchoedNs - oldest.StartedNs);
        }
    }

    public ShortReport Report()
    {
        var report = new ShortReport(_finished, _failed, _slowestNs / 1e6);
        _finished = _failed = 0;
        _slowestNs = 0;
        return report;
    }
}
