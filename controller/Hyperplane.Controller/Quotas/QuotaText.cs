using System.Text.Json;
using Hyperplane.Controller.Contracts.Quotas;

namespace Hyperplane.Controller.Quotas;

/// <summary>A tenant's quotas as stored: a JSON object of those that differ from their defaults.</summary>
internal static class QuotaText
{
    /// <summary>What was stored.</summary>
    public static Dictionary<QuotaName, int> Read(string stored) =>
        JsonSerializer.Deserialize<Dictionary<QuotaName, int>>(stored) ?? [];

    /// <summary>To be stored.</summary>
    public static string Write(IReadOnlyDictionary<QuotaName, int> quotas) => 
        JsonSerializer.Serialize(new SortedDictionary<QuotaName, int>(quotas.ToDictionary()));

    /// <summary>What a stored quota comes to.</summary>
    public static int Value(string stored, QuotaName name) =>
        Read(stored).TryGetValue(name, out int value) ? value : Quota.DefaultOf(name);
}
