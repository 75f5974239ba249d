using System.Globalization;

namespace Hyperplane.Controller.TargetGroups;

/// <summary>HTTP status codes that count as healthy: one code, or a range with both ends.</summary>
internal readonly record struct StatusCodes(int Least, int Most)
{
    private const int Lowest = 200;
    private const int Highest = 599;

    /// <summary>Reads <c>200-399</c> or <c>200</c>; codes are 200 to 599.</summary>
    public static bool TryParse(string? text, out StatusCodes codes)
    {
        codes = default;
        string[] ends = text?.Split('-') ?? [];
        if (ends.Length is 0 or > 2
            || !TryCode(ends[0], out int least)
            || !TryCode(ends[^1], out int most)
            || least > most)
            return false;
        codes = new StatusCodes(least, most);
        return true;
    }

    private static bool TryCode(string text, out int code)
    {
        code = 0;
        return text.Length == 3
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out code)
            && code is >= Lowest and <= Highest;
    }
}
