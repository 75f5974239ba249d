using System.Globalization;

namespace Hyperplane.Bench.Forward;

/// <summary>The kernel's thread that goes on with a CPU's softirqs when they last too long.</summary>
internal sealed class SoftirqThread
{
    private readonly string? _statistics;

    /// <summary>Of one CPU.</summary>
    public SoftirqThread(int cpu)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"ksoftirqd/{cpu}");
        _statistics = Directory.EnumerateDirectories("/proc")
            .Where(directory => char.IsAsciiDigit(Path.GetFileName(directory)[0]) && NameOf(directory) == name)
            .Select(directory => Path.Combine(directory, "schedstat")).FirstOrDefault();
    }

    /// <summary>Its CPU time (the first number of /proc/PID/schedstat, nanoseconds); 0 where it cannot be
    /// seen.</summary>
    public double CpuSeconds() => _statistics is null
        ? 0
        : double.Parse(File.ReadAllText(_statistics).Split(' ')[0], CultureInfo.InvariantCulture) / 1e9;

    /// <summary>A process may be gone meanwhile.</summary>
    private static string NameOf(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "comm")).TrimEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
