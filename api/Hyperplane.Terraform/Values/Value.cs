using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace Hyperplane.Terraform.Values;

/// <summary>A value of Terraform's language, without its type; never changes, and equals what says the
/// same.</summary>
/// <remarks>
/// The elements of a set are kept in the order of <see cref="ToString"/>, so that equal sets are equal here. A number
/// is a whole one of 64 bits where it is one, else a finite double, else a decimal text.
/// </remarks>
[DebuggerDisplay("{ToString()}")]
internal sealed class Value : IEquatable<Value>
{
    private static readonly ImmutableSortedDictionary<string, Value> NoMembers =
        ImmutableSortedDictionary.Create<string, Value>(StringComparer.Ordinal);

    private readonly object? _content;

    private Value(ValueKind kind, object? content) => (Kind, _content) = (kind, content);

    /// <summary>No value.</summary>
    public static Value Null { get; } = new(ValueKind.Null, null);

    /// <summary>A value that is told later, when it is applied.</summary>
    public static Value Unknown { get; } = new(ValueKind.Unknown, null);

    /// <summary>What it is.</summary>
    public ValueKind Kind { get; }

    /// <summary>Whether there is none.</summary>
    public bool IsNull => Kind == ValueKind.Null;

    /// <summary>Whether it is told later.</summary>
    public bool IsUnknown => Kind == ValueKind.Unknown;

    /// <summary>Whether it is there and told.</summary>
    public bool IsKnown => Kind is not (ValueKind.Null or ValueKind.Unknown);

    /// <summary>Whether it and all inside it is told.</summary>
    public bool IsWhollyKnown => Kind switch
    {
        ValueKind.Unknown => false,
        ValueKind.Items => Elements.All(one => one.IsWhollyKnown),
        ValueKind.Members => Members.Values.All(one => one.IsWhollyKnown),
        _ => true,
    };

    /// <summary>The text; null for all that is none.</summary>
    public string? AsText => Kind == ValueKind.Text ? (string)_content! : null;

    /// <summary>The whole number; null for all that is none.</summary>
    public long? AsWhole => _content as long?;

    /// <summary>The truth; null for all that is none.</summary>
    public bool? AsTruth => _content as bool?;

    /// <summary>The elements of a list or set; none for all else.</summary>
    public ImmutableArray<Value> Elements => _content is ImmutableArray<Value> elements ? elements : [];

    /// <summary>The members of a map or object; none for all else.</summary>
    public ImmutableSortedDictionary<string, Value> Members =>
        _content as ImmutableSortedDictionary<string, Value> ?? NoMembers;

    /// <summary>A number as it travels: <see cref="long"/>, <see cref="double"/> or a decimal text.</summary>
    internal object Numeric => Kind == ValueKind.Number ? _content! : throw new InvalidOperationException("no number");

    /// <summary>A member; null when it is not there.</summary>
    public Value this[string name] => Members.GetValueOrDefault(name, Null);

    /// <summary>A text, or <see cref="Null"/>.</summary>
    public static Value Text(string? text) => text is null ? Null : new Value(ValueKind.Text, text);

    /// <summary>A whole number, or <see cref="Null"/>.</summary>
    public static Value Number(long? number) => number is null ? Null : new Value(ValueKind.Number, number.Value);

    /// <summary>A number; one that is no number at all is <see cref="Null"/>.</summary>
    public static Value Real(double number)
    {
        if (!double.IsFinite(number))
            return Null;
        bool isWhole = Math.Abs(number) < long.MaxValue && Math.Truncate(number) == number;
        return isWhole ? Number((long)number) : new Value(ValueKind.Number, number);
    }

    /// <summary>A number in decimal digits; <see cref="Null"/> when the text is no number.</summary>
    public static Value ParseNumber(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return Number(whole);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real))
            return Null;
        bool isExact = double.IsFinite(real) && real.ToString("R", CultureInfo.InvariantCulture) == text;
        return isExact ? Real(real) : new Value(ValueKind.Number, text);
    }

    /// <summary>True or false, or <see cref="Null"/>.</summary>
    public static Value Truth(bool? truth) => truth is null ? Null : new Value(ValueKind.Truth, truth.Value);

    /// <summary>A list.</summary>
    public static Value List(IEnumerable<Value> elements) => new(ValueKind.Items, elements.ToImmutableArray());

    /// <summary>A set: each element once.</summary>
    public static Value Set(IEnumerable<Value> elements) => List(
        elements.Select(one => (Order: one.ToString(), Value: one))
            .DistinctBy(one => one.Order, StringComparer.Ordinal)
            .OrderBy(one => one.Order, StringComparer.Ordinal)
            .Select(one => one.Value));

    /// <summary>A map or an object.</summary>
    public static Value Object(IEnumerable<KeyValuePair<string, Value>> members) =>
        new(ValueKind.Members, NoMembers.SetItems(members));

    /// <summary>A map of texts.</summary>
    public static Value TextMap(IEnumerable<KeyValuePair<string, string>> members) =>
        Object(members.Select(one => KeyValuePair.Create(one.Key, Text(one.Value))));

    /// <summary>The same with another member.</summary>
    public Value With(string name, Value member) => new(ValueKind.Members, Members.SetItem(name, member));

    /// <inheritdoc/>
    public bool Equals(Value? other)
    {
        if (other is null || other.Kind != Kind)
            return false;
        return Kind switch
        {
            ValueKind.Items => Elements.SequenceEqual(other.Elements),
            ValueKind.Members => Members.Count == other.Members.Count && Members.SequenceEqual(other.Members),
            _ => Equals(_content, other._content),
        };
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Value);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Unknown => "(known after apply)",
        ValueKind.Text => "\"" + ((string)_content!).Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal) + "\"",
        ValueKind.Truth => (bool)_content! ? "true" : "false",
        ValueKind.Items => $"[{string.Join(", ", Elements)}]",
        ValueKind.Members => $"{{{string.Join(", ", Members.Select(one => $"{Text(one.Key)} = {one.Value}"))}}}",
        _ => Convert.ToString(_content, CultureInfo.InvariantCulture)!,
    };
}
