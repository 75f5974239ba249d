using System.Text;
using System.Text.Json;
using Hyperplane.Agent.FlowLogs;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.FlowLogs;

namespace Hyperplane.Agent.Tests.FlowLogs;

/// <summary>The form of a line, which others parse.</summary>
public sealed class FlowLogLinesTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly FlowLogNames _names;
    private readonly FlowLogLines _lines;

    public FlowLogLinesTests()
    {
        _names = new FlowLogNames(_time);
        _names.Use(Logged());
        _lines = new FlowLogLines("node-a1", _names, _time);
        _time.Advance(TimeSpan.FromSeconds(10));
    }

    public void Dispose() => _lines.Dispose();

    [Fact]
    public void A_line_says_whose_flow_it_was_when_between_whom_how_much_and_why_it_ended()
    {
        _lines.Add(Flow.Over());
        Assert.Equal(
            """{"time":"2030-01-01T00:00:01.000Z","durationMs":2000,"tenant":"shop","loadBalancer":"lb-1","""
            + "\"listener\":\"lis-1\",\"zone\":\"a\",\"node\":\"node-a1\",\"protocol\":\"tcp\","
            + "\"client\":\"192.0.2.7\",\"clientPort\":40000,\"vip\":\"198.18.0.1\",\"vipPort\":80,"
            + "\"targetGroup\":\"tg-1\",\"target\":\"10.40.0.1\",\"targetPort\":8080,"
            + "\"source\":\"10.32.1.5\",\"sourcePort\":20000,"
            + "\"packetsIn\":5,\"bytesIn\":600,\"packetsOut\":4,\"bytesOut\":70000,\"end\":\"fin\"}\n",
            Encoding.UTF8.GetString(_lines.Bytes));
    }

    [Fact]
    public void What_is_special_is_said_only_where_it_is()
    {
        _lines.Add(Flow.Over(marks: FlowLogMarks.Direct, end: FlowEnd.ResetByClient));
        _lines.Add(Flow.Over(marks: FlowLogMarks.CarriedOn | FlowLogMarks.Partial, end: FlowEnd.ListenerRemoved));
        _lines.Add(Flow.Over(client: "2001:db8::7", vip: "fd00:18::1", protocol: 17, listener: 999, targetId: 999));
        JsonElement[] lines = Read();
        Assert.Equal("reset-by-client", lines[0].GetProperty("end").GetString());
        Assert.Equal(80, lines[0].GetProperty("targetPort").GetInt32());
        Assert.All(["bytesOut", "packetsOut", "source"], name => Assert.False(lines[0].TryGetProperty(name, out _)));
        Assert.Equal("listener-removed", lines[1].GetProperty("end").GetString());
        Assert.True(lines[1].GetProperty("carriedOn").GetBoolean() && lines[1].GetProperty("partial").GetBoolean());
        Assert.Equal(("2001:db8::7", "udp"),
            (lines[2].GetProperty("client").GetString(), lines[2].GetProperty("protocol").GetString()));
        Assert.All(["tenant", "listener", "targetGroup"],
            name => Assert.Equal(JsonValueKind.Null, lines[2].GetProperty(name).ValueKind));
    }

    [Fact]
    public void Names_of_tenants_cannot_break_a_line()
    {
        Snapshot snapshot = Logged();
        snapshot.Vips[0].FlowLog.Tenant = "a\"b\nc\u2028\0";
        _names.Use(snapshot);
        _lines.Add(Flow.Over());
        Assert.Equal("a\"b\nc\u2028\0", Assert.Single(Read()).GetProperty("tenant").GetString());
    }

    [Fact]
    public void Names_outlive_what_they_name_for_a_while()
    {
        _names.Use(Sample.Snapshot());
        _time.Advance(FlowLogNames.Memory / 2);
        _names.Use(Sample.Snapshot());
        Assert.Equal(new LoggedListener("shop", "lb-1", "lis-1"), _names.Listener(11));
        Assert.Equal("tg-1", _names.GroupOf(13));
        Assert.Null(_names.Listener(21));
        _time.Advance(FlowLogNames.Memory / 2);
        _names.Use(Sample.Snapshot());
        Assert.Null(_names.Listener(11));
        Assert.Null(_names.GroupOf(13));
    }

    [Fact]
    public void Every_end_has_a_name_of_letters_and_hyphens() => Assert.All(
        Enum.GetValues<FlowEnd>(), end => Assert.Matches("^[a-z]+(-[a-z]+)*$", FlowLogLines.NameOf(end)));

    private JsonElement[] Read() =>
    [
        .. Encoding.UTF8.GetString(_lines.Bytes).TrimEnd('\n').Split('\n')
            .Select(line => JsonDocument.Parse(line).RootElement.Clone()),
    ];

    private static Snapshot Logged()
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.Vips[0].FlowLog = new FlowLog { Tenant = "shop" };
        snapshot.Vips[0].Listeners[0].Name = "lis-1";
        return snapshot;
    }
}
