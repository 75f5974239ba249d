using System.Globalization;

namespace Hyperplane.Lbctl.Output;

/// <summary>Points in time for tables.</summary>
internal static class Moment
{
    /// <summary>UTC to the second; null stays null.</summary>
    public static string? Of(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
