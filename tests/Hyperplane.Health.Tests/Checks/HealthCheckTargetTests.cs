using System.Net;

namespace Hyperplane.Health.Tests.Checks;

public sealed class HealthCheckTargetTests
{
    private static readonly HealthCheckSettings Http = new() { Kind = HealthCheckKind.Http, Path = "/healthz?a=1" };

    public static readonly TheoryData<HealthCheckSettings, string> WrongSettings = new()
    {
        { Http with { Path = "" }, "path" },
        { Http with { Path = "healthz" }, "path" },
        { Http with { Path = "/a b" }, "path" },
        { Http with { Path = "/\r\nX: y" }, "path" },
        { Http with { Path = "/ü" }, "path" },
        { Http with { Path = "/" + new string('a', 1024) }, "path" },
        { Http with { CodeMin = 199 }, "codes" },
        { Http with { CodeMax = 600 }, "codes" },
        { Http with { CodeMin = 300, CodeMax = 299 }, "codes" },
        { Http with { Interval = TimeSpan.FromMilliseconds(99) }, "interval" },
        { Http with { Interval = TimeSpan.FromSeconds(301) }, "interval" },
        { Http with { Timeout = TimeSpan.Zero }, "timeout" },
        { Http with { Timeout = TimeSpan.FromSeconds(121) }, "timeout" },
        { Http with { HealthyThreshold = 0 }, "thresholds" },
        { Http with { UnhealthyThreshold = 101 }, "thresholds" },
        { Http with { Kind = (HealthCheckKind)7 }, "kind" },
    };

    [Theory]
    [MemberData(nameof(WrongSettings))]
    public void Wrong_settings_are_named(HealthCheckSettings settings, string word) =>
        Assert.Contains(word, settings.FindProblem(), StringComparison.Ordinal);

    [Fact]
    public void Usual_settings_are_fine()
    {
        Assert.Null(new HealthCheckSettings().FindProblem());
        Assert.Null(Http.FindProblem());
        Assert.Null((new HealthCheckSettings() with { Path = "", CodeMin = 0 }).FindProblem());
    }

    [Theory]
    [InlineData("192.0.2.1:0", null, "port")]
    [InlineData("192.0.2.1:80", "2001:db8::1", "family")]
    [InlineData("[2001:db8::1]:80", "192.0.2.1", "family")]
    public void A_wrong_target_is_named(string endPoint, string? source, string word)
    {
        var target = new HealthCheckTarget(
            1, 1, IPEndPoint.Parse(endPoint), new(), source is null ? null : IPAddress.Parse(source));
        Assert.Contains(word, target.FindProblem(), StringComparison.Ordinal);
    }
}
