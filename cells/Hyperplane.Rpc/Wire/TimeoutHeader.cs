using System.Globalization;

namespace Hyperplane.Rpc;

/// <summary>The header <c>grpc-timeout</c>: at most eight digits and a unit of H, M, S, m, u or n.</summary>
internal static class TimeoutHeader
{
    /// <summary>Its name.</summary>
    public const string Name = "grpc-timeout";

    private const int MaxDigits = 8;
    private const long MaxValue = 99_999_999;

    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond), ('m', TimeSpan.TicksPerMillisecond), ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute), ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>In the finest unit that fits, rounded up: never shorter than what was asked.</summary>
    public static string Format(TimeSpan timeout)
    {
        long ticks = Math.Max(timeout.Ticks, 1);
        foreach ((char unit, long unitTicks) in Units)
        {
            long value = (ticks - 1) / unitTicks + 1;
            if (value <= MaxValue)
                return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{MaxValue}H");
    }

    /// <summary>False for anything that the protocol does not know; nanoseconds are rounded up to 100.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MaxDigits + 1
            || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            return false;
        if (text[^1] == 'n')
        {
            timeout = new TimeSpan((value + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick);
            return true;
        }

        foreach ((char unit, long unitTicks) in Units)
        {
            if (unit != text[^1])
                continue;
            timeout = new TimeSpan(value * unitTicks);
            return true;
        }

        return false;
    }
}
