using System.Globalization;

namespace Hyperplane.Controller.TargetGroups;

/// <summary>Which whole numbers an attribute may have.</summary>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest.</param>
/// <param name="MayBeOff">Whether <c>off</c> is allowed too.</param>
internal sealed record NumberRange(int Least, int Most, bool MayBeOff = false)
{
    /// <summary>What is allowed, for a person.</summary>
    public string Message => $"{(MayBeOff ? "off, or " : "")}{Least} to {Most} is allowed.";

    /// <summary>Whether it may have this value.</summary>
    public bool Allows(string value) =>
        (MayBeOff && value == "off")
        || (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= Least && number <= Most);
}
