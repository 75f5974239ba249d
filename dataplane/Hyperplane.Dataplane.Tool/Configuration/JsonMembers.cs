using System.Globalization;
using System.Text.Json;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>Takes members out of one JSON object and notes everything that is wrong with it.</summary>
/// <param name="element">The object.</param>
/// <param name="path">Where it stands: <c>$</c> or <c>$.vips[0]</c>.</param>
/// <param name="errors">Where complaints go.</param>
internal sealed class JsonMembers(JsonElement element, string path, List<string> errors)
{
    private const int LongestQuote = 40;

    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Where the object stands.</summary>
    public string Path => path;

    /// <summary>Whether a member is there.</summary>
    public bool Has(string name)
    {
        _known.Add(name);
        return element.TryGetProperty(name, out _);
    }

    /// <summary>A whole number in a range; the fallback when it is absent or wrong, null fallback: required.</summary>
    public long Number(string name, long minimum, long maximum, long? fallback = null)
    {
        if (!TryTake(name, required: fallback is null, out JsonElement value))
            return fallback ?? minimum;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            && number >= minimum && number <= maximum)
            return number;
        Complain(name, $"is {Quote(value)}; write a whole number from {minimum} to {maximum}");
        return fallback ?? minimum;
    }

    /// <summary>True or false.</summary>
    public bool Flag(string name, bool fallback)
    {
        if (!TryTake(name, required: false, out JsonElement value))
            return fallback;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Complain(name, $"is {Quote(value)}; write true or false, without quotation marks");
        return fallback;
    }

    /// <summary>A string that a parser takes; null when it is absent or wrong.</summary>
    /// <param name="name">The member.</param>
    /// <param name="parse">Null for a string it does not take.</param>
    /// <param name="form">What to write instead.</param>
    public T? Text<T>(string name, Func<string, T?> parse, string form)
        where T : class =>
        TryTake(name, required: true, out JsonElement value) ? Parse(name, value, parse, form) : null;

    /// <summary>An array of such strings; those that are wrong are left out.</summary>
    public IReadOnlyList<T> Texts<T>(
        string name, int minimum, int maximum, Func<string, T?> parse, string form)
        where T : class
    {
        var texts = new List<T>();
        foreach ((int index, JsonElement item) in Items(name, minimum, maximum, $"of {form}").Index())
        {
            if (Parse($"{name}[{index}]", item, parse, form) is { } text)
                texts.Add(text);
        }
        return texts;
    }

    /// <summary>An array of objects, each with its own reader.</summary>
    public IReadOnlyList<JsonMembers> Objects(string name, int minimum, int maximum)
    {
        var readers = new List<JsonMembers>();
        foreach ((int index, JsonElement item) in Items(name, minimum, maximum, "of objects { … }").Index())
        {
            if (item.ValueKind == JsonValueKind.Object)
                readers.Add(new JsonMembers(item, $"{path}.{name}[{index}]", errors));
            else
                Complain($"{name}[{index}]", $"is {Quote(item)}; write an object {{ … }}");
        }
        return readers;
    }

    /// <summary>An object that may be left out.</summary>
    public JsonMembers? Object(string name)
    {
        if (!TryTake(name, required: false, out JsonElement value))
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return new JsonMembers(value, $"{path}.{name}", errors);
        Complain(name, $"is {Quote(value)}; write an object {{ … }}");
        return null;
    }

    /// <summary>Complains about every member that nobody asked for, and about repeated ones.</summary>
    public void RefuseUnknown(params ReadOnlySpan<string> ignored)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in element.EnumerateObject().Select(member => member.Name))
        {
            if (!seen.Add(name))
                Complain(name, "stands there twice; keep one");
            else if (!_known.Contains(name) && !ignored.Contains(name))
                Complain(name, $"is not known here; known are {string.Join(", ", _known)}");
        }
    }

    /// <summary>Notes something wrong with a member.</summary>
    public void Complain(string name, string what) => errors.Add($"{path}.{name}: {what}");

    private IEnumerable<JsonElement> Items(string name, int minimum, int maximum, string what)
    {
        if (!TryTake(name, required: minimum > 0, out JsonElement value))
            return [];
        if (value.ValueKind != JsonValueKind.Array)
        {
            Complain(name, $"is {Quote(value)}; write an array [ … ] {what}");
            return [];
        }
        int length = value.GetArrayLength();
        if (length < minimum || length > maximum)
            Complain(name, $"has {length} entries; write {minimum} to {maximum} of them");
        return value.EnumerateArray().Take(maximum);
    }

    private T? Parse<T>(string name, JsonElement value, Func<string, T?> parse, string form)
        where T : class
    {
        if (value.ValueKind == JsonValueKind.String && parse(value.GetString()!) is { } parsed)
            return parsed;
        Complain(name, $"is {Quote(value)}; write {form}");
        return null;
    }

    private bool TryTake(string name, bool required, out JsonElement value)
    {
        _known.Add(name);
        if (element.TryGetProperty(name, out value))
            return true;
        if (required)
            Complain(name, "is missing");
        return false;
    }

    private static string Quote(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => string.Create(CultureInfo.InvariantCulture, $"an array of {value.GetArrayLength()}"),
        _ when value.GetRawText() is { Length: > LongestQuote } text => text[..LongestQuote] + "…",
        _ => value.GetRawText(),
    };
}
