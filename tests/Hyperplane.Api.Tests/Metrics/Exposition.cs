using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hyperplane.Api.Tests.Metrics;

/// <summary>A page of metrics, read by the grammars of Prometheus' text format 0.0.4 and of OpenMetrics 1.0 alone: what
/// either does not allow fails the test.</summary>
internal sealed partial class Exposition
{
    private static readonly string[] Kinds = ["counter", "gauge", "info", "unknown", "untyped"];
    private readonly bool _isOpen;
    private readonly Dictionary<string, string> _kinds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _described = new(StringComparer.Ordinal);
    private readonly HashSet<string> _series = new(StringComparer.Ordinal);
    private readonly List<ExpositionSample> _samples = [];
    private string _family = "";

    private Exposition(bool isOpen) => _isOpen = isOpen;

    /// <summary>The samples in their order.</summary>
    public IReadOnlyList<ExpositionSample> Samples => _samples;

    /// <summary>Reads an answer by its content type.</summary>
    public static Exposition Read(Answer answer)
    {
        Assert.True(answer.Status == 200, answer.Text);
        bool isOpen = answer.ContentType == "application/openmetrics-text; version=1.0.0; charset=utf-8";
        Assert.True(isOpen || answer.ContentType == "text/plain; version=0.0.4; charset=utf-8", answer.ContentType);
        return Read(answer.Text, isOpen);
    }

    /// <summary>Reads a text.</summary>
    public static Exposition Read(string text, bool isOpen)
    {
        var page = new Exposition(isOpen);
        if (isOpen)
        {
            Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
            text = text[..^"# EOF\n".Length];
        }

        if (text.Length == 0)
            return page;
        Assert.Equal('\n', text[^1]);
        foreach (string line in text[..^1].Split('\n'))
            page.Take(line);
        return page;
    }

    /// <summary>The number of a series; its labels have to be among others.</summary>
    public double Of(string name, params (string Name, string Value)[] labels) =>
        Assert.Single(All(name, labels)).Value;

    /// <summary>All series of a name with such labels.</summary>
    public ExpositionSample[] All(string name, params (string Name, string Value)[] labels) =>
    [
        .. _samples.Where(one => one.Name == name
            && labels.All(label => one.Labels.GetValueOrDefault(label.Name) == label.Value)),
    ];

    private void Take(string line)
    {
        if (!line.StartsWith('#'))
        {
            Sample(line);
            return;
        }

        Match comment = Comment().Match(line);
        Assert.True(comment.Success, line);
        (string what, string name, string rest) = (
            comment.Groups["what"].Value, comment.Groups["name"].Value, comment.Groups["rest"].Value);
        Assert.True(_described.Add($"{what} {name}"), line);
        if (what == "TYPE")
        {
            Assert.Contains(rest, Kinds);
            Assert.True(rest is "counter" or "gauge" || _isOpen == (rest is "info" or "unknown"), line);
            Assert.True(_isOpen || rest != "counter" || name.EndsWith("_total", StringComparison.Ordinal), line);
            Assert.True(!_isOpen || !Suffix().IsMatch(name), line);
            _kinds.Add(name, rest);
            _family = name;
        }
        else if (what == "UNIT")
            Assert.True(_isOpen && name == _family && name.EndsWith("_" + rest, StringComparison.Ordinal), line);
        else
            Assert.True(name == _family && (_isOpen ? OpenHelp() : Help()).IsMatch(rest), line);
    }

    private void Sample(string line)
    {
        Match name = Name().Match(line);
        Assert.True(name.Success, line);
        string suffix = (_kinds[_family], _isOpen) switch
        {
            ("counter", true) => "_total",
            ("info", true) => "_info",
            _ => "",
        };
        Assert.Equal(_family + suffix, name.Value);
        int at = name.Length;
        SortedDictionary<string, string> labels = new(StringComparer.Ordinal);
        if (line[at] == '{')
            at = Labels(line, at, labels);
        Assert.Equal(' ', line[at]);
        Assert.Matches("^-?[0-9]+$", line[(at + 1)..]);
        double value = double.Parse(line[(at + 1)..], CultureInfo.InvariantCulture);
        string series = string.Join('\0', labels.Select(one => $"{one.Key}\0{one.Value}"));
        Assert.True(_series.Add($"{name.Value}\0{series}"), line);
        Assert.True(_kinds[_family] != "counter" || value >= 0, line);
        _samples.Add(new ExpositionSample(name.Value, labels, value));
    }

    private static int Labels(string line, int at, SortedDictionary<string, string> labels)
    {
        do
        {
            Match name = LabelName().Match(line[(at + 1)..]);
            Assert.True(name.Success, line);
            at += 1 + name.Length;
            var value = new StringBuilder();
            while (line[at] != '"')
            {
                char next = line[at++];
                if (next == '\\')
                    next = Unescape(line[at++]);
                value.Append(next);
            }

            labels.Add(name.Groups["name"].Value, value.ToString());
            at++;
        }
        while (line[at] == ',');
        Assert.Equal('}', line[at]);
        return at + 1;
    }

    private static char Unescape(char escaped)
    {
        Assert.Contains(escaped, "\\\"n");
        return escaped == 'n' ? '\n' : escaped;
    }

    [GeneratedRegex(
        "^# (?<what>TYPE|UNIT|HELP) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?:[^\\]|\\\\|\\n)*$", RegexOptions.NonBacktracking)]
    private static partial Regex Help();

    [GeneratedRegex(@"^(?:[^\\""]|\\\\|\\n|\\"")*$", RegexOptions.NonBacktracking)]
    private static partial Regex OpenHelp();

    [GeneratedRegex("_(?:total|created|count|sum|bucket|gcount|gsum|info)$", RegexOptions.NonBacktracking)]
    private static partial Regex Suffix();

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex("^(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=\"", RegexOptions.NonBacktracking)]
    private static partial Regex LabelName();
}
