using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hyperplane.Agent.Configuration;

/// <summary>Takes members out of one JSON object and notes everything that is wrong with it.</summary>
/// <param name="element">The object.</param>
/// <param name="path">Where it stands, for messages: "" or "peers[0].".</param>
/// <param name="errors">Where complaints go.</param>
internal sealed class JsonReader(JsonElement element, string path, List<string> errors)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>A string of 1 to <paramref name="limit"/> characters; <paramref name="fallback"/> when absent, null
    /// fallback: required; "" after a complaint.</summary>
    public string Text(string name, int limit = 255, Func<string, string?>? check = null, string? fallback = null)
    {
        if (!TryTake(name, required: fallback is null, out JsonElement value))
            return fallback ?? "";
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: > 0 } text
            || text.Length > limit)
        {
            Complain(name, $"must be a string of 1 to {limit} characters");
            return "";
        }

        if (check?.Invoke(text) is { } wrong)
            Complain(name, wrong);
        return text;
    }

    /// <summary>A whole number in a range; <paramref name="fallback"/> when absent, null fallback: required.</summary>
    public long Number(
        string name, long minimum, long maximum, long? fallback = null, Func<long, string?>? check = null)
    {
        if (!TryTake(name, required: fallback is null, out JsonElement value))
            return fallback ?? minimum;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long number) || number < minimum
            || number > maximum)
        {
            Complain(name, $"must be a whole number from {minimum} to {maximum}");
            return fallback ?? minimum;
        }

        if (check?.Invoke(number) is { } wrong)
            Complain(name, wrong);
        return number;
    }

    /// <summary>An IPv4 address; null when absent or after a complaint.</summary>
    public IPAddress? Address(string name, bool required)
    {
        if (!TryTake(name, required, out JsonElement value))
            return null;
        if (value.ValueKind == JsonValueKind.String
            && IPAddress.TryParse(value.GetString(), out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetwork
            && string.Equals(address.ToString(), value.GetString(), StringComparison.Ordinal))
            return address;
        Complain(name, "must be an IPv4 address");
        return null;
    }

    /// <summary>The reader of an object that may be absent; null when it is, or after a complaint.</summary>
    public JsonReader? Object(string name)
    {
        if (!TryTake(name, required: false, out JsonElement value))
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return new JsonReader(value, $"{path}{name}.", errors);
        Complain(name, "must be an object");
        return null;
    }

    /// <summary>The objects of an array, each with its own reader.</summary>
    public IReadOnlyList<JsonReader> Objects(string name, int minimum, int maximum)
    {
        if (!TryTake(name, required: true, out JsonElement value))
            return [];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() < minimum
            || value.GetArrayLength() > maximum)
        {
            Complain(name, $"must be an array of {minimum} to {maximum} objects");
            return [];
        }

        var readers = new List<JsonReader>();
        foreach ((int index, JsonElement item) in value.EnumerateArray().Index())
        {
            if (item.ValueKind == JsonValueKind.Object)
                readers.Add(new JsonReader(item, $"{path}{name}[{index}].", errors));
            else
                Complain($"{name}[{index}]", "must be an object");
        }

        return readers;
    }

    /// <summary>Complains about every member that nobody asked for, and about repeated ones.</summary>
    public void RefuseUnknown()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in element.EnumerateObject().Select(m => m.Name))
        {
            if (!seen.Add(name))
                Complain(name, "appears twice");
            else if (!_known.Contains(name))
                Complain(name, "is not a known member");
        }
    }

    private bool TryTake(string name, bool required, out JsonElement value)
    {
        _known.Add(name);
        if (element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null)
            return true;
        if (required)
            Complain(name, "is missing");
        return false;
    }

    private void Complain(string name, string what) => errors.Add($"{path}{name}: {what}");
}
