using System.Text;

namespace Hyperplane.Lbctl.Output;

/// <summary>One resource for people: labelled values, then small tables.</summary>
internal sealed class Details(bool colours)
{
    private const string Indent = "  ";

    private readonly List<(string Label, string Value, bool IsStatus)> _values = [];
    private readonly StringBuilder _tables = new();

    /// <summary>Adds a value; nothing is shown as a hyphen.</summary>
    public Details Add(string label, string? value, bool isStatus = false)
    {
        _values.Add((label, TextTable.Text(value), isStatus));
        return this;
    }

    /// <summary>Adds a table below the values; nothing when it has no rows.</summary>
    public Details Add<T>(string label, IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows)
    {
        if (rows.Count == 0)
            return this;
        _tables.Append('\n').Append(label).Append(':');
        foreach (string line in TextTable.Render(columns, rows, colours))
            _tables.Append('\n').Append(Indent).Append(line);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        int width = _values.Max(static value => value.Label.Length) + 3; // a colon and two spaces
        IEnumerable<string> lines = _values.Select(value =>
            (value.Label + ":").PadRight(width)
                + (colours && value.IsStatus ? StatusColour.Paint(value.Value) : value.Value));
        return string.Join('\n', lines) + _tables;
    }
}
