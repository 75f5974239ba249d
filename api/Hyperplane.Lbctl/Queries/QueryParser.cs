using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hyperplane.Lbctl.Queries;

/// <summary>Reads the text of a query.</summary>
internal sealed class QueryParser
{
    private const int MaxDepth = 16;

    private readonly string _text;
    private int _at;
    private int _depth;

    private QueryParser(string text) => _text = text;

    /// <summary>The steps of a whole text.</summary>
    public static IReadOnlyList<QueryStep> Parse(string text)
    {
        var parser = new QueryParser(text);
        IReadOnlyList<QueryStep> steps = parser.Path();
        parser.SkipSpaces();
        return parser._at == text.Length ? steps : throw parser.Wrong("'.' or '[' must follow here");
    }

    private char Now => _at < _text.Length ? _text[_at] : '\0';

    private List<QueryStep> Path()
    {
        if (++_depth > MaxDepth)
            throw Wrong("this is too deep");
        var steps = new List<QueryStep>();
        SkipSpaces();
        if (Now == '@')
            _at++;
        else if (Now != '[')
            steps.Add(Member());
        while (true)
        {
            SkipSpaces();
            if (Now == '[')
            {
                steps.Add(Bracket());
            }
            else if (Now == '.')
            {
                _at++;
                SkipSpaces();
                steps.Add(Now == '[' ? SeveralAfterDot() : Member());
            }
            else
            {
                _depth--;
                return steps;
            }
        }
    }

    private MemberStep Member()
    {
        if (Now == '"')
            return new MemberStep(Quoted());
        int start = _at;
        while (char.IsAsciiLetterOrDigit(Now) || Now is '_' or '-')
            _at++;
        if (_at == start)
            throw Wrong("a member's name must stand here");
        return new MemberStep(_text[start.._at]);
    }

    private SeveralStep SeveralAfterDot()
    {
        int start = _at;
        return Bracket() is SeveralStep several
            ? several
            : throw new QuerySyntaxException("after '.' brackets hold names, as in [name, id]", start);
    }

    private QueryStep Bracket()
    {
        _at++;
        SkipSpaces();
        QueryStep step = Now switch
        {
            ']' => new FlattenStep(),
            '*' => Each(),
            '?' => Filter(),
            '-' or (>= '0' and <= '9') => Index(),
            '\0' => throw Wrong("']' is missing"),
            _ => Several(),
        };
        Expect(']');
        return step;
    }

    private EachStep Each()
    {
        _at++;
        return new EachStep();
    }

    private IndexStep Index()
    {
        int start = _at;
        while (char.IsAsciiDigit(Now) || Now == '-')
            _at++;
        string text = _text[start.._at];
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? new IndexStep(number)
            : throw new QuerySyntaxException("this is no number of an item", start);
    }

    private SeveralStep Several()
    {
        var queries = new List<JsonQuery>();
        while (true)
        {
            queries.Add(Inner());
            SkipSpaces();
            if (Now != ',')
                return new SeveralStep(queries);
            _at++;
        }
    }

    private FilterStep Filter()
    {
        _at++;
        JsonQuery of = Inner();
        SkipSpaces();
        bool isEqual = Now == '=';
        if (Now is not ('=' or '!') || _at + 1 >= _text.Length || _text[_at + 1] != '=')
            throw Wrong("'==' or '!=' must follow here");
        _at += 2;
        SkipSpaces();
        return new FilterStep(of, isEqual, Literal());
    }

    private JsonQuery Inner()
    {
        SkipSpaces();
        int start = _at;
        Path();
        return JsonQuery.Parse(_text[start.._at]);
    }

    /// <summary>A text in single quotes or JSON in backquotes, as JMESPath has them; a bare JSON value too.</summary>
    private JsonElement Literal()
    {
        int start = _at;
        if (Now is '\'' or '`')
        {
            char quote = Now;
            int end = _text.IndexOf(quote, _at + 1);
            if (end < 0)
                throw new QuerySyntaxException($"the closing {quote} is missing", start);
            string inner = _text[(_at + 1)..end];
            _at = end + 1;
            return quote == '\'' ? OfText(inner) : Json(inner, start);
        }

        while (char.IsAsciiLetterOrDigit(Now) || Now is '-' or '.')
            _at++;
        return Json(_text[start.._at], start);
    }

    private static JsonElement OfText(string text) =>
        JsonElement.Parse(Quote(JsonEncodedText.Encode(text).EncodedUtf8Bytes));

    private static byte[] Quote(ReadOnlySpan<byte> bytes) => [(byte)'"', .. bytes, (byte)'"'];

    private static JsonElement Json(string text, int start)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            throw new QuerySyntaxException("a value must stand here: 'text', a number, true, false or null", start);
        }
    }

    private string Quoted()
    {
        int start = _at++;
        var name = new StringBuilder();
        while (Now is not ('"' or '\0'))
        {
            if (Now == '\\' && _at + 1 < _text.Length)
                _at++;
            name.Append(_text[_at++]);
        }

        if (Now == '\0')
            throw new QuerySyntaxException("the closing \" is missing", start);
        _at++;
        return name.ToString();
    }

    private void Expect(char wanted)
    {
        SkipSpaces();
        if (Now != wanted)
            throw Wrong($"'{wanted}' is missing");
        _at++;
    }

    private void SkipSpaces()
    {
        while (Now == ' ')
            _at++;
    }

    private QuerySyntaxException Wrong(string why) => new(why, _at);
}
