using System.Net;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Traffic.Client;

/// <summary>A group of connections of one period.</summary>
internal sealed class Conversations : IDisposable
{
    private const int MostConnecting = 64;
    private const int MostTold = 5;
    private readonly Poller _poller;
    private readonly IReadOnlyList<IPEndPoint> _vips;
    private readonly Conversation[] _all;
    private readonly Cadence _cadence;
    private readonly ulong _firstId;
    private int _begun;
    private int _answered;

    public Conversations(Poller poller, IReadOnlyList<IPEndPoint> vips, int count, long periodNs, ulong firstId)
    {
        _poller = poller;
        _vips = vips;
        _all = new Conversation[count];
        _cadence = new Cadence(count, periodNs);
        _firstId = firstId;
    }

    /// <summary>Opens a few more; true once all are open and answered.</summary>
    public bool Open(long nowNs)
    {
        while (_answered < _begun && (_all[_answered].IsAnswered || _all[_answered].Ending != Ending.None))
            _answered++;
        for (; _begun < _all.Length && _begun - _answered < MostConnecting; _begun++)
            _all[_begun] = new Conversation(_poller, _vips[_begun % _vips.Count], _firstId + (ulong)_begun);
        if (_answered < _all.Length)
            return false;
        _cadence.Start(nowNs);
        return true;
    }

    public void Turn(long nowNs)
    {
        for (int due = _cadence.Next(nowNs); due >= 0; due = _cadence.Next(nowNs))
            _all[due].Turn(nowNs);
    }

    public int Answered => _all.Count(one => one is not null && one.IsAnswered);

    public int Broken => _all.Count(one => one is not null && one.Ending != Ending.None);

    /// <summary>How the first few of the broken ones broke.</summary>
    public IReadOnlyList<string> Why =>
        [.. _all.Where(one => one is { Ending: not Ending.None }).Take(MostTold).Select(one => one.Broke!)];

    public bool AreAnsweredSince(long sinceNs)
    {
        foreach (Conversation one in _all)
        {
            if (!one.IsAnsweredSince(sinceNs))
                return false;
        }

        return true;
    }

    public ConversationReport Report(long nowNs)
    {
        List<double> sound =
        [
            .. from one in _all
               let worst = one.TakeWorstNs(nowNs) / 1e6
               where one.Ending == Ending.None
               orderby worst
               select worst,
        ];
        int Ended(Ending ending) => _all.Count(one => one.Ending == ending);
        return new ConversationReport(
            sound.Count, Ended(Ending.Reset), Ended(Ending.Closed), Ended(Ending.Wrong), Ended(Ending.Silent),
            sound.LastOrDefault(), [.. sound.Where(stall => stall > TrafficClient.StallMs)], Why);
    }

    public void Dispose()
    {
        foreach (Conversation one in _all.Take(_begun))
            one.Dispose();
    }
}
