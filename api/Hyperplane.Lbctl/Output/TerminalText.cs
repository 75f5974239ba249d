using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hyperplane.Lbctl.Output;

/// <summary>
/// Makes text that somebody else wrote safe to show: nothing in it can move the cursor or hide what follows.
/// </summary>
internal static class TerminalText
{
    /// <summary>
    /// The text with each control, format, separator or broken character spelled out as <c>\u001b</c>.
    /// </summary>
    /// <remarks>What is spelled out means the same inside a JSON string.</remarks>
    public static string Harmless(string text) => Escape(text, static (safe, unsafeText, _) =>
    {
        foreach (char unit in unsafeText)
            safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
    });

    /// <summary>The same in the spelling of a quoted YAML string, which knows no surrogate pairs.</summary>
    public static string HarmlessYaml(string text) => Escape(text, static (safe, _, rune) =>
        safe.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"));

    private static string Escape(string text, SpellOut spellOut)
    {
        StringBuilder? safe = null;
        for (int index = 0; index < text.Length;)
        {
            bool whole =
                Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out int length) == OperationStatus.Done;
            if (whole && !IsHarmful(rune))
            {
                safe?.Append(text, index, length);
            }
            else
            {
                safe ??= new StringBuilder(text, 0, index, text.Length + 16);
                spellOut(safe, text.AsSpan(index, length), rune);
            }

            index += length;
        }

        return safe?.ToString() ?? text;
    }

    private delegate void SpellOut(StringBuilder safe, ReadOnlySpan<char> unsafeText, Rune rune);

    private static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
