using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>A picture for scripts.</summary>
internal static class PictureJson
{
    private const int Decimals = 3;

    /// <summary>One object.</summary>
    public static JsonElement Of(Picture picture)
    {
        var whole = new JsonObject
        {
            ["at"] = picture.At,
            ["seconds"] = Math.Round(picture.Seconds, Decimals),
            ["health"] = picture.Health,
            ["rates"] = Of(picture.Rates),
            ["drops"] = Of(picture.Drops),
        };
        foreach (IGrouping<string, MeteredRow> part in picture.Rows.GroupBy(static row => row.Part))
            whole[$"{part.Key}s"] = new JsonArray([.. part.Select(Of)]);
        return JsonElement.Parse(whole.ToJsonString());
    }

    private static JsonNode Of(MeteredRow row)
    {
        var told = new JsonObject { [row.Part] = row.Name };
        if (row.State is not null)
            told["state"] = row.State;
        told["rates"] = Of(row.Rates);
        if (row.Drops.Count > 0)
            told["drops"] = Of(row.Drops);
        return told;
    }

    private static JsonObject Of(Rates rates) => new()
    {
        ["newFlows"] = Math.Round(rates.NewFlows, Decimals),
        ["activeFlows"] = rates.ActiveFlows,
        ["packetsIn"] = Math.Round(rates.PacketsIn, Decimals),
        ["bytesIn"] = Math.Round(rates.BytesIn, Decimals),
        ["packetsOut"] = Math.Round(rates.PacketsOut, Decimals),
        ["bytesOut"] = Math.Round(rates.BytesOut, Decimals),
        ["clientResets"] = Math.Round(rates.ClientResets, Decimals),
        ["targetResets"] = Math.Round(rates.TargetResets, Decimals),
        ["loadBalancerResets"] = Math.Round(rates.LoadBalancerResets, Decimals),
    };

    private static JsonObject Of(IReadOnlyList<DropRate> drops)
    {
        var told = new JsonObject();
        foreach (DropRate drop in drops)
            told[drop.Reason] = Math.Round(drop.Packets, Decimals);
        return told;
    }
}
