using System.Globalization;
using System.Text.RegularExpressions;

namespace Hyperplane.Bench;

/// <summary>What wrk says at its end.</summary>
/// <param name="Requests">Answered ones.</param>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="Errors">Of its sockets: connect, read, write and timeout (no answer within 2 s).</param>
internal sealed partial record WrkReport(double Requests, double PerSecond, int Errors)
{
    /// <summary>Reads its text; throws <see cref="FormatException"/> when that is not a report.</summary>
    public static WrkReport Read(string output)
    {
        Match count = CountLine().Match(output);
        Match rate = RateLine().Match(output);
        if (!count.Success || !rate.Success)
            throw new FormatException($"wrk reported nothing: {output.Trim()}");
        Match errors = ErrorLine().Match(output);
        return new WrkReport(
            double.Parse(count.Groups["count"].Value, CultureInfo.InvariantCulture),
            double.Parse(rate.Groups["rate"].Value, CultureInfo.InvariantCulture),
            errors.Success
                ? errors.Groups["n"].Captures.Sum(n => int.Parse(n.Value, CultureInfo.InvariantCulture))
                : 0);
    }

    [GeneratedRegex(@"Requests/sec: +(?<rate>[0-9.]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex RateLine();

    [GeneratedRegex(@"(?<count>[0-9]+) requests in", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex CountLine();

    [GeneratedRegex(
        @"Socket errors: connect (?<n>\d+), read (?<n>\d+), write (?<n>\d+), timeout (?<n>\d+)",
        RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex ErrorLine();
}
