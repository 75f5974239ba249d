using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hyperplane.Bench.Memory;

/// <summary>Memory of an established flow, IPv4 or IPv6 on both sides, in each structure that knows it, at 1 and 10
/// million flows.</summary>
/// <remarks>Each structure is filled in a process of its own, so that what is resident is its own; medians of three
/// runs at 1 million, one run at 10. Nobody else's numbers are estimated: a structure that grows shows what it grew
/// to.</remarks>
internal static class FlowMemoryBench
{
    private static readonly (int Flows, int Runs)[] Sizes = [(1_000_000, 3), (10_000_000, 1)];
    private static readonly (string Name, double Aim)[] Families = [("ipv4", 600), ("ipv6", 1_000)];

    public static async Task<Result> Run(string[] arguments)
    {
        if (arguments is ["--part", var part, "--family", "ipv4" or "ipv6", "--flows", var count]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int flows) && flows > 0)
        {
            double bytes = FlowMemoryPart.BytesPerFlow(part, arguments[3] == "ipv4", flows);
            return new Result("flowmemory", true, [new Figure(part, bytes, "B", null, true, null, "")], []);
        }
        if (arguments.Length > 0)
            throw new FormatException("takes nothing, or --part NAME --family ipv4|ipv6 --flows N");
        var figures = new List<Figure>();
        foreach ((string family, double aim) in Families)
        {
            foreach ((int size, int runs) in Sizes)
                figures.AddRange(await MeasureAsync(family, aim, size, runs));
        }
        return new Result(
            "flowmemory", true, figures,
            [
                "resident bytes a flow; of the XDP map by the kernel's account (memlock), beside what vmalloc grew",
                "cell: pipeline and map of the owner, and three replicas: the owner's own records and two holders'",
                "dictionary: from both keys to an object with the record",
            ]);
    }

    private static async Task<IEnumerable<Figure>> MeasureAsync(string family, double aim, int flows, int runs)
    {
        var bytes = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string part in FlowMemoryPart.All)
        {
            var seen = new double[runs];
            for (int run = 0; run < runs; run++)
                seen[run] = await MeasureAsync(part, family, flows);
            bytes[part] = Percentiles.At(seen, 0.5);
            Console.WriteLine($"{family} {flows,10:N0} flows {part,-12} {bytes[part],6:F0} B");
        }
        string size = string.Create(CultureInfo.InvariantCulture, $"_{family}_{flows / 1_000_000}m");
        double dictionary = bytes[FlowMemoryPart.Dictionary];
        double cell = bytes[FlowMemoryPart.Table] + bytes[FlowMemoryPart.Map] + (3 * bytes[FlowMemoryPart.Replica]);
        return
        [
            Figure("pipeline_table", bytes[FlowMemoryPart.Table], null, dictionary, "dictionary"),
            Figure("xdp_map_both_ways", bytes[FlowMemoryPart.Map], null, bytes[FlowMemoryPart.MapPages], "vmalloc"),
            Figure("directory_replica", bytes[FlowMemoryPart.Replica], null, dictionary, "dictionary"),
            Figure("cell", cell, aim, 5 * dictionary, "5 dictionaries"),
        ];

        Figure Figure(string name, double value, double? most, double baseline, string baselineName) =>
            new(name + size, value, "B", most, true, baseline, baselineName);
    }

    private static async Task<double> MeasureAsync(string part, string family, int flows)
    {
        string[] arguments =
        [
            "flowmemory", "--part", part, "--family", family, "--flows", flows.ToString(CultureInfo.InvariantCulture),
            "--json",
        ];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        using Process child = Process.Start(start)!;
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"measuring {part} failed: {output}");
        using JsonDocument result = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        return result.RootElement.GetProperty("figures").GetProperty(part).GetProperty("value").GetDouble();
    }
}
