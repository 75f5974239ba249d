using System.Text;

namespace Hyperplane.Lbctl.Output;

/// <summary>
/// Rows in aligned columns, two spaces apart, never wrapped: one line is one row, for eyes and for <c>grep</c>.
/// </summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>The header and a line for each row.</summary>
    public static IEnumerable<string> Render<T>(IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows, bool colours)
    {
        string[][] cells = [.. rows.Select(row => columns.Select(column => Text(column.Cell(row))).ToArray())];
        int[] widths = [.. columns.Select((column, index) =>
            cells.Select(row => row[index].Length).Append(column.Header.Length).Max())];

        yield return Line(columns, [.. columns.Select(column => column.Header)], widths, colours: false);
        foreach (string[] row in cells)
            yield return Line(columns, row, widths, colours);
    }

    /// <summary>A cell's text: harmless, and a hyphen instead of nothing.</summary>
    public static string Text(string? cell) => string.IsNullOrEmpty(cell) ? "-" : TerminalText.Harmless(cell);

    private static string Line<T>(IReadOnlyList<Column<T>> columns, string[] cells, int[] widths, bool colours)
    {
        var line = new StringBuilder();
        for (int index = 0; index < cells.Length; index++)
        {
            bool isLast = index == cells.Length - 1;
            line.Append(colours && columns[index].IsStatus ? StatusColour.Paint(cells[index]) : cells[index]);
            if (!isLast)
                line.Append(' ', widths[index] - cells[index].Length).Append(Gap);
        }

        return line.ToString();
    }
}
