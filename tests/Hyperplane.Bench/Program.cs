using Hyperplane.Bench;
using Hyperplane.Bench.Connections;
using Hyperplane.Bench.Dataplane;
using Hyperplane.Bench.Failover;
using Hyperplane.Bench.FirstByte;
using Hyperplane.Bench.Flows;
using Hyperplane.Bench.Mesh;

var benches = new SortedDictionary<string, (string Purpose, Func<string[], Task<Result>> Run)>(StringComparer.Ordinal)
{
    ["first-byte"] = ("create call to first byte through the VIP, 50 runs [--runs N]", FirstByteBench.Run),
    ["connections"] =
        ("new connections a second through the VIP, beside HAProxy and nftables DNAT", ConnectionsBench.Run),
    ["dataplane"] = ("packets a second on one core: C# path, XDP path, nftables NAT", DataplaneBench.Run),
    ["failover"] = (
        "what connections notice when a node fails, leaves or joins\n"
        + $"{"",15}{FailoverOptions.Usage}\n{"",15}faults: {string.Join(", ", Catalogue.All.Select(f => f.Name))}",
        FailoverBench.Run),
    ["flows"] = ("flow state: publication, look-ups under load, memory, a node's return", FlowsBench.Run),
    ["mesh"] = ("records, bytes and round trips between two nodes of a cell on loopback", MeshBench.Run),
};

if (args.Length == 0 || !benches.TryGetValue(args[0], out var bench))
{
    Console.Error.WriteLine("usage: infra/bench NAME [--json]");
    foreach ((string name, (string purpose, _)) in benches)
        Console.Error.WriteLine($"  {name,-12} {purpose}");
    return 2;
}

try
{
    Result result = await bench.Run([.. args.Skip(1).Where(argument => argument != "--json")]);
    result.Print(json: args.Contains("--json"));
    return result.Valid ? 0 : 1;
}
catch (FormatException e)
{
    Console.Error.WriteLine($"infra/bench {args[0]}: {e.Message}");
    return 2;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine($"infra/bench {args[0]}: interrupted");
    return 130;
}
