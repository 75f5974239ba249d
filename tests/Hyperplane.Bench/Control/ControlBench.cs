using System.Diagnostics;
using System.Globalization;
using Hyperplane.Cells.Contracts;
using Hyperplane.Lab;
using Hyperplane.Rpc;

namespace Hyperplane.Bench.Control;

/// <summary>
/// The control plane with a hundred thousand load balancers and a million targets in PostgreSQL: the server's own
/// program, a real database, real connections of simulated agents.
/// </summary>
internal static class ControlBench
{
    private const int AllCellsCompiled = 2104;
    private const int Changes = 60;
    private const double FullAimMs = 2_000;

    private static readonly string[] BaselineTables =
        ["load_balancer_zones", "load_balancers", "listeners", "listener_groups", "target_groups", "targets"];

    /// <summary>Runs all of it.</summary>
    public static async Task<Result> Run(string[] arguments)
    {
        int count = arguments switch
        {
            [] => 100_000,
            ["--load-balancers", var text] when int.TryParse(
                text, NumberStyles.None, CultureInfo.InvariantCulture, out int wanted)
                && wanted is >= 1_000 and <= 100_000 => wanted,
            _ => throw new FormatException("[--load-balancers 1000..100000]"),
        };
        var region = new SyntheticRegion(count);
        using PostgresCluster cluster = PostgresCluster.Create(buffers: "1GB");
        string connection = cluster.CreateDatabase();
        using var folder = new ControlFolder(connection);
        var figures = new List<Figure>();
        using ServerProcess api = await ServerProcess.StartAsync("api", folder.Environment);
        using var operators = new ControlApi(folder.ApiUrl, folder.OperatorKey);
        Console.WriteLine($"writing {count:N0} load balancers and {count * SyntheticRegion.TargetsPerGroup:N0} targets");
        await operators.DeclareAsync(region);
        region.Fill(cluster, connection);

        using ServerProcess controller = await ServerProcess.StartAsync("controller", folder.Environment);
        await MeasureFullAsync(controller, cluster, connection, figures);
        using var cancel = new CancellationTokenSource();
        using Channel channel = Channel.ForAddress(
            folder.ControlUrl, new ChannelOptions { MaxReceiveMessageSize = 8 * 1024 * 1024 });
        var client = new CellControlClient(channel);
        SimulatedAgent[] agents =
        [
            .. region.Cells.SelectMany(cell => Enumerable.Range(1, SyntheticRegion.NodesPerCell).Select(
                node => new SimulatedAgent(client, folder.CellKey, cell, $"{cell}-{node}"))),
        ];
        Task running = Task.WhenAll(agents.Select(agent => agent.RunAsync(cancel.Token)));
        Console.WriteLine($"{agents.Length} agents take their snapshots");
        await Task.WhenAll(agents.Select(agent => agent.AfterAsync(0, cancel.Token)))
            .WaitAsync(TimeSpan.FromMinutes(2), cancel.Token);
        string secret = await operators.CreateKeyAsync("tn-" + new string('0', 17));
        using var tenant = new ControlApi(folder.ApiUrl, secret);
        await MeasureChangesAsync(region, tenant, agents, figures);
        figures.Add(new Figure("controller_peak_memory", controller.PeakMegabytes, "MB", 1_000, true, null, ""));
        await cancel.CancelAsync();
        await running;
        return new Result("control", true, figures, []);
    }

    private static async Task MeasureFullAsync(
        ServerProcess controller, PostgresCluster cluster, string connection, List<Figure> figures)
    {
        double cold = Milliseconds(await controller.LineAsync(AllCellsCompiled, 0, TimeSpan.FromMinutes(3)));
        Console.WriteLine($"all cells: {cold:F0} ms after the start; now once more, as every minute");
        double memory = controller.PeakMegabytes;
        double warm = Milliseconds(await controller.LineAsync(AllCellsCompiled, 1, TimeSpan.FromMinutes(3)));
        var reads = new List<double>();
        for (int round = 0; round < 3; round++)
        {
            long began = Stopwatch.GetTimestamp();
            foreach (string table in BaselineTables)
                cluster.Query(
                    connection, $"copy {table} to '/dev/null' with (format binary)", TimeSpan.FromMinutes(2));
            reads.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        double baseline = Percentiles.At(reads, 0.5);
        figures.Add(new Figure(
            "region_compile_at_start", cold, "ms", FullAimMs, true, baseline, "copy of the tables to /dev/null"));
        figures.Add(new Figure(
            "region_compile_each_minute", warm, "ms", FullAimMs, true, baseline, "copy of the tables to /dev/null"));
        figures.Add(new Figure("controller_memory_no_agents", memory, "MB", 1_000, true, null, ""));
    }

    private static async Task MeasureChangesAsync(
        SyntheticRegion region, ControlApi tenant, SimulatedAgent[] agents, List<Figure> figures)
    {
        var first = new List<double>();
        var all = new List<double>();
        for (int change = 0; change < Changes; change++)
        {
            // The nth load balancer's group; its cell goes round.
            SimulatedAgent[] cell = [.. agents.Where(agent => agent.Cell == region.CellOf(change))];
            ulong[] versions = [.. cell.Select(agent => agent.Version)];
            await tenant.SetWeightAsync(change, 2 + change % 7);
            long answered = Stopwatch.GetTimestamp();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            long[] taken = await Task.WhenAll(cell.Select((agent, i) => agent.AfterAsync(versions[i], limit.Token)));
            first.Add(Stopwatch.GetElapsedTime(answered, taken.Min()).TotalMilliseconds);
            all.Add(Stopwatch.GetElapsedTime(answered, taken.Max()).TotalMilliseconds);
        }

        figures.Add(new Figure("change_to_first_node_p50", Percentiles.At(first, 0.5), "ms", 50, true, null, ""));
        figures.Add(new Figure("change_to_first_node_p99", Percentiles.At(first, 0.99), "ms", null, true, null, ""));
        figures.Add(new Figure("change_to_all_nodes_p50", Percentiles.At(all, 0.5), "ms", null, true, null, ""));
    }

    private static double Milliseconds(string line) =>
        double.Parse(line.Split(' ')[^2], CultureInfo.InvariantCulture);
}
