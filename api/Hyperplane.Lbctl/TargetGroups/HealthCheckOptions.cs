using System.CommandLine;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.TargetGroups;

/// <summary>The options that say how health is checked.</summary>
internal sealed class HealthCheckOptions
{
    private readonly Option<string> _protocol =
        ChoiceOption.Of("--health-protocol", "What a probe speaks", required: false, "TCP", "HTTP", "HTTPS");

    private readonly Option<int?> _port = NumberOption.Port("--health-port", "Port to probe (the target's own)");

    private readonly Option<string> _path =
        new("--health-path") { Description = "What an HTTP or HTTPS probe asks for (/)", HelpName = "PATH" };

    private readonly Option<int?> _interval =
        NumberOption.Of("--health-interval", 1, int.MaxValue, "Seconds between probes (30)");

    private readonly Option<int?> _timeout =
        NumberOption.Of(
            "--health-timeout", 1, int.MaxValue, "Seconds until a probe has failed (TCP and HTTPS 10, HTTP 6)");

    private readonly Option<int?> _healthy =
        NumberOption.Of("--healthy-threshold", 1, int.MaxValue, "Successes in a row that bring a target back (5)");

    private readonly Option<int?> _unhealthy =
        NumberOption.Of("--unhealthy-threshold", 1, int.MaxValue, "Failures in a row that take a target out (2)");

    private readonly Option<string> _matcher =
        new("--matcher") { Description = "HTTP statuses that are healthy (200-399)", HelpName = "STATUSES" };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in
            new Option[] { _protocol, _port, _path, _interval, _timeout, _healthy, _unhealthy, _matcher })
            command.Options.Add(option);
    }

    /// <summary>What was asked for; null when nothing was.</summary>
    public HealthCheck? Read(ParseResult parse)
    {
        var check = new HealthCheck(
            parse.GetValue(_protocol),
            parse.GetValue(_port),
            parse.GetValue(_path),
            parse.GetValue(_interval),
            parse.GetValue(_timeout),
            parse.GetValue(_healthy),
            parse.GetValue(_unhealthy),
            parse.GetValue(_matcher));
        return check == new HealthCheck() ? null : check;
    }
}
