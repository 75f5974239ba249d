using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hyperplane.Lbctl.Output;

/// <summary>Makes text that somebody else wrote safe to show: nothing in it can move the cursor or hide what follows.</summary>
internal static class TerminalText
{
    /// <summary>The text with each control, format, separator or broken character spelled out as <c>\u001b</c>.</summary>
    public static string Harmless(string text)
    {
        StringBuilder? safe = null;
        for (int index = 0; index < text.Length;)
        {
            bool whole = Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out int length) == OperationStatus.Done;
            if (whole && !IsHarmful(rune))
            {
                safe?.Append(text, index, length);
            }
            else
            {
                safe ??= new StringBuilder(text, 0, index, text.Length + 16);
                foreach (char unit in text.AsSpan(index, length))
                    safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }

            index += length;
        }

        return safe?.ToString() ?? text;
    }

    private static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
