using Hyperplane.Agent.Reports;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Agent.Tests.Reports;

public sealed class CopyAlarmTests
{
    private readonly ManualTime _time = new();
    private readonly LogSink _log = new();
    private readonly CopyAlarm _alarm;

    public CopyAlarmTests() => _alarm = new CopyAlarm(_time, _log);

    [Fact]
    public void The_first_flow_without_a_copy_is_told_at_once_and_later_ones_once_a_minute()
    {
        Look(0);
        Assert.Empty(_log.Lines);
        Look(3);
        Assert.StartsWith("3 new flows", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Look(10);
        Assert.Single(_log.Lines);
        _time.Advance(TimeSpan.FromMinutes(1));
        Look(10);
        Assert.StartsWith("7 new flows", _log.Lines.Last(), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(1));
        Look(10);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public void A_dataplane_that_began_anew_counts_from_nothing()
    {
        Look(5);
        _alarm.Look(null);
        _time.Advance(TimeSpan.FromMinutes(1));
        Look(2);
        Assert.StartsWith("2 new flows", _log.Lines.Last(), StringComparison.Ordinal);
    }

    private void Look(ulong unreplicated)
    {
        ulong[] packets = new ulong[Enum.GetValues<PacketCounter>().Length];
        packets[(int)PacketCounter.Unreplicated] = unreplicated;
        _alarm.Look(new DataplaneCounters(
            packets, new Dictionary<uint, FlowCounters>(), new Dictionary<uint, FlowCounters>()));
    }
}
