using Hyperplane.Dataplane.Counters;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Reports;

/// <summary>Says when new flows go on without a copy on another node, which a death of this one would break: at the
/// first, then at most once a minute.</summary>
internal sealed class CopyAlarm(TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private ulong _told;
    private long? _toldAt;

    /// <summary>Looks at the counters; those of a dataplane that began anew begin anew here, too.</summary>
    public void Look(DataplaneCounters? counters)
    {
        ulong count = counters?.Packets[(int)PacketCounter.Unreplicated] ?? 0;
        if (count < _told)
            _told = 0;
        if (count == _told || (_toldAt is { } at && time.GetElapsedTime(at) < Pause))
            return;
        AgentLog.Unreplicated(log, count - _told);
        _told = count;
        _toldAt = time.GetTimestamp();
    }
}
