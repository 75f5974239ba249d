using System.Globalization;

namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>Numbers in at most six characters: <c>0</c>, <c>7.5</c>, <c>123</c>, <c>1.2k</c>, <c>45.6M</c>.</summary>
internal static class Amount
{
    private static readonly string[] Units = ["", "k", "M", "G", "T", "P", "E"];

    /// <summary>The number in thousands, millions and so on.</summary>
    public static string Of(double number)
    {
        int unit = 0;
        // What would be shown as 1000 is 1 of the next unit.
        while (Math.Round(number, 1) >= 1_000 && unit < Units.Length - 1)
            (number, unit) = (number / 1_000, unit + 1);
        return number.ToString("0.#", CultureInfo.InvariantCulture) + Units[unit];
    }
}
