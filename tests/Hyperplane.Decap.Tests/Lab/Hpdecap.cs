using System.Globalization;
using Hyperplane.Decap.Commands;
using Hyperplane.Decap.Kernel;
using Hyperplane.Lab;

namespace Hyperplane.Decap.Tests.Lab;

/// <summary>The command as an operator runs it: a process of its own, inside a target's namespace.</summary>
internal static class Hpdecap
{
    private static readonly string File = Path.Combine(AppContext.BaseDirectory, "hpdecap");

    /// <summary>Runs it; words are split at spaces.</summary>
    public static (int ExitCode, string Output, string Error) Run(NetworkNamespace space, string words) =>
        Command.Try(TimeSpan.FromSeconds(30), "ip", ["netns", "exec", space.Name, File, .. words.Split(' ')]);

    /// <summary>Runs it without any right.</summary>
    public static (int ExitCode, string Output, string Error) RunWithoutRights(NetworkNamespace space, string words) =>
        Command.Try(
            TimeSpan.FromSeconds(30),
            "ip",
            [
                "netns", "exec", space.Name, "setpriv", "--bounding-set=-all", "--inh-caps=-all", File,
                .. words.Split(' '),
            ]);

    /// <summary>Runs it, and it must succeed.</summary>
    public static string Do(NetworkNamespace space, string words)
    {
        (int exitCode, string output, string error) = Run(space, words);
        Assert.True(exitCode == 0, $"hpdecap {words}: exit {exitCode}\n{error}{output}");
        Assert.Empty(error);
        return output;
    }

    /// <summary>The counters of eth0, as status tells them.</summary>
    public static Dictionary<DecapCounter, long> Count(NetworkNamespace space)
    {
        string[] lines = Do(space, "status --interface eth0").Split('\n');
        return Enum.GetValues<DecapCounter>().ToDictionary(counter => counter, counter => Number(lines, counter));
    }

    private static long Number(string[] lines, DecapCounter counter)
    {
        string name = $"    {StatusReport.NameOf(counter)} ";
        string line = lines.Single(one => one.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
    }
}
