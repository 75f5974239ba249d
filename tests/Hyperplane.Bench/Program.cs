using Hyperplane.Bench;
using Hyperplane.Bench.Control;
using Hyperplane.Bench.Failover;
using Hyperplane.Bench.FastPath;
using Hyperplane.Bench.FirstByte;
using Hyperplane.Bench.Flood;
using Hyperplane.Bench.Flows;
using Hyperplane.Bench.Forward;
using Hyperplane.Bench.Health;
using Hyperplane.Bench.Maglev;
using Hyperplane.Bench.Memory;
using Hyperplane.Bench.Mesh;
using Hyperplane.Bench.NewFlows;

var benches = new SortedDictionary<string, (string Purpose, Func<string[], Task<Result>> Run)>(StringComparer.Ordinal)
{
    ["first-byte"] = ("create call to first byte at the VIP, 50 runs [--runs N] [--present N]", FirstByteBench.Run),
    ["control"] = (
        "100,000 load balancers: compiling the region, a change to its nodes, API calls [--load-balancers N]",
        ControlBench.Run),
    ["failover"] = (
        "what connections notice when a node fails, leaves or joins\n"
        + $"{"",15}{FailoverOptions.Usage}\n{"",15}faults: {string.Join(", ", Catalogue.All.Select(f => f.Name))}",
        FailoverBench.Run),
    ["fastpath"] = (
        "ns a frame of the XDP program: hits in both modes at 1 to 1 M flows, relays, misses", FastPathBench.Run),
    ["flood"] = (
        "connections beside a flood of SYNs, with challenges and without; ns a SYN costs in XDP", FloodBench.Run),
    ["flowmemory"] = (
        "bytes of an established flow of either family in each structure, at 1 and 10 million", FlowMemoryBench.Run),
    ["flows"] = ("flow state: publication, look-ups under load, a node's return", FlowsBench.Run),
    ["forward"] = (
        "frames and bits a second of CPU time over veth: ours, bare redirect, router, nftables; TCP: HAProxy too",
        ForwardBench.Run),
    ["health"] = (
        "10,000 targets checked on one core: CPU and lateness, well, refused, silent [--seconds N [CASE…]]",
        HealthBench.Run),
    ["maglev"] = ("tables of 1,000 targets: time to build, spread, moves when targets fail", MaglevBench.Run),
    ["newflows"] = (
        "new flows a second of one core; CPU of a TCP connection beside HAProxy and nftables [--in-memory]",
        NewFlowsBench.Run),
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
catch (TimeoutException e)
{
    Console.Error.WriteLine($"infra/bench {args[0]}: {e.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine($"infra/bench {args[0]}: interrupted");
    return 130;
}
