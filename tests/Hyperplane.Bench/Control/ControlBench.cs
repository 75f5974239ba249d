using System.Diagnostics;
using System.Globalization;
using Hyperplane.Lab;
using Hyperplane.Lab.Control;

namespace Hyperplane.Bench.Control;

/// <summary>
/// The control plane with a hundred thousand load balancers and a million targets in PostgreSQL: the server's own
/// program, a real database, real connections of simulated agents.
/// </summary>
internal static class ControlBench
{
    private const int AllCellsCompiled = 2104;
    private const int Changes = 60;
    private const int ApiTenants = 10;
    private const int ApiRate = 200;
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
        var notes = new List<string>();
        using ServerProcess api = await ServerProcess.StartAsync("api", folder.Environment);
        using var operators = new ControlApi(folder.ApiUrl, folder.OperatorKey);
        Console.WriteLine(
            $"writing {count:N0} load balancers and {count * SyntheticRegion.TargetsPerGroup:N0} targets");
        await operators.DeclareAsync(region);
        region.Fill(cluster, connection);

        // The first start numbers what no cell ever had; a start after that is what is measured.
        using (ServerProcess first = await ServerProcess.StartAsync("controller", folder.Environment))
            Console.WriteLine(await first.LineAsync(AllCellsCompiled, 0, TimeSpan.FromMinutes(3)));
        cluster.Query(connection, "vacuum analyze compiled_generations", TimeSpan.FromMinutes(2));
        using ServerProcess controller = await ServerProcess.StartAsync("controller", folder.Environment);
        await MeasureFullAsync(controller, cluster, connection, figures);
        using var cancel = new CancellationTokenSource();
        using AgentDoor door = AgentDoor.Open(cluster, connection, folder);
        SimulatedAgent[] agents =
        [
            .. region.Cells.SelectMany(cell => Enumerable.Range(1, SyntheticRegion.NodesPerCell).Select(
                node => new SimulatedAgent(door.Connect(cell, $"{cell}-{node}"), cell, $"{cell}-{node}"))),
        ];
        Task running = Task.WhenAll(agents.Select(agent => agent.RunAsync(cancel.Token)));
        Console.WriteLine($"{agents.Length} agents take their snapshots");
        await Task.WhenAll(agents.Select(agent => agent.AfterAsync(0, cancel.Token)))
            .WaitAsync(TimeSpan.FromMinutes(2), cancel.Token);
        await MeasureVotesAsync(cluster, connection, agents.Length, figures);
        var tenants = new List<ControlApi>();
        for (int tenant = 0; tenant < ApiTenants; tenant++)
            tenants.Add(operators.With(await operators.CreateKeyAsync("tn-" + ControlApi.Hex(tenant))));
        await MeasureChangesAsync(region, tenants[0], agents, figures);
        await MeasureRegionAsync(operators, agents, figures);
        await MeasureApiAsync(api, tenants, figures);
        figures.ForEach(figure => Console.WriteLine($"{figure.Name} {figure.Value:F1} {figure.Unit}"));
        IReadOnlyList<DistributionCost> costs = await DistributionCost.MeasureAsync(
            controller, agents, change => tenants[change % ApiTenants].SetWeightAsync(
                Owned(change % ApiTenants, change / ApiTenants), change % 7));
        tenants.ForEach(tenant => tenant.Dispose());
        notes.Add($"the cost of distribution as a picture: {DistributionPlot.Write(costs)}");
        figures.AddRange(costs.Select(cost => new Figure(
            $"distribution_{cost.Rate}_per_s", cost.CpuShare, "cores", null, true,
            cost.MegabytesPerSecond, "MB/s of snapshots")));
        AddOverlap(figures, notes);
        figures.Add(new Figure("controller_peak_memory", controller.PeakMegabytes, "MB", 1_000, true, null, ""));
        await cancel.CancelAsync();
        await running;
        return new Result("control", true, figures, notes);
    }

    /// <summary>Until what all agents found at their start is written: a load of its own, which comes once.</summary>
    private static async Task MeasureVotesAsync(
        PostgresCluster cluster, string connection, int agents, List<Figure> figures)
    {
        long began = Stopwatch.GetTimestamp();
        const string Sql = "select count(*) from node_reports where targets_hash <> ''";
        while (cluster.Query(connection, Sql, TimeSpan.FromMinutes(1)).Trim() != $"{agents}")
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(10))
                throw new TimeoutException("not all first reports were written in 10 minutes");
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }

        figures.Add(new Figure(
            "first_reports_written", Stopwatch.GetElapsedTime(began).TotalSeconds, "s", null, true, null, ""));
    }

    /// <summary>An operator's change that every cell has to be read whole for.</summary>
    private static async Task MeasureRegionAsync(
        ControlApi operators, SimulatedAgent[] agents, List<Figure> figures)
    {
        var first = new List<double>();
        for (int round = 0; round < 3; round++)
        {
            ulong[] versions = [.. agents.Select(agent => agent.Version)];
            await operators.SetLimitsAsync("tn-" + ControlApi.Hex(0), 1_000 + round);
            long answered = Stopwatch.GetTimestamp();
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            long[] taken = await Task.WhenAll(agents.Select((agent, i) => agent.AfterAsync(versions[i], limit.Token)));
            first.Add(Stopwatch.GetElapsedTime(answered, taken.Max()).TotalMilliseconds);
        }

        figures.Add(new Figure(
            "region_change_to_all_agents", Percentiles.At(first, 0.5), "ms", FullAimMs, true, null, ""));
    }

    /// <summary>The nth load balancer of a tenant, round and round.</summary>
    private static int Owned(int tenant, int number) =>
        (tenant * SyntheticRegion.PerTenant) + (number % SyntheticRegion.PerTenant);

    private static async Task MeasureApiAsync(
        ServerProcess api, List<ControlApi> tenants, List<Figure> figures)
    {
        Func<int, string>[] paths =
        [
            _ => "/v1/load-balancers?pageSize=100",
            lb => $"/v1/load-balancers/lb-{ControlApi.Hex(lb)}",
            lb => $"/v1/target-groups/tg-{ControlApi.Hex(lb)}/targets",
            lb => $"/v1/load-balancers/lb-{ControlApi.Hex(lb)}/tree",
        ];
        Task SendAsync(int number, Func<int, string> path) =>
            tenants[number % ApiTenants].GetAsync(path(Owned(number % ApiTenants, number / ApiTenants)));

        await ApiLoad.RunAsync(ApiRate, TimeSpan.FromSeconds(5), number => SendAsync(number, paths[number / 10 % 4]));
        IReadOnlyList<double> bare =
            await ApiLoad.RunAsync(ApiRate, TimeSpan.FromSeconds(10), number => SendAsync(number, _ => "/healthz"));
        IReadOnlyList<double> mixed =
            await ApiLoad.RunAsync(ApiRate, TimeSpan.FromSeconds(16), number => SendAsync(number, paths[number % 4]));
        List<double> lists = [.. mixed.Where((_, number) => number % 4 == 0)];
        List<double> gets = [.. mixed.Where((_, number) => number % 4 != 0)];
        double alone = 0;
        for (int kind = 0; kind < paths.Length; kind++)
        {
            Func<int, string> path = paths[kind];
            double cpu = api.CpuSeconds;
            double busy = MachineTime.BusySeconds();
            IReadOnlyList<double> answers = await ApiLoad.RunAsync(
                ApiRate, TimeSpan.FromSeconds(8), number => SendAsync(number, path));
            alone = kind == 0 ? Percentiles.At(answers, 0.99) : alone;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{path(0)} alone: p50 {Percentiles.At(answers, 0.5):F1} ms, "
                + $"p99 {Percentiles.At(answers, 0.99):F1} ms, "
                + $"CPU of the API {(api.CpuSeconds - cpu) * 1_000 / answers.Count:F2} ms each, "
                + $"of the machine {(MachineTime.BusySeconds() - busy) * 1_000 / answers.Count:F2} ms"));
        }

        double healthz = Percentiles.At(bare, 0.99);
        figures.Add(new Figure("api_list_p99", Percentiles.At(lists, 0.99), "ms", 100, true, healthz, "healthz p99"));
        figures.Add(new Figure("api_get_p99", Percentiles.At(gets, 0.99), "ms", 100, true, healthz, "healthz p99"));
        figures.Add(new Figure("api_lists_alone_p99", alone, "ms", null, true, healthz, "healthz p99"));
        figures.Add(new Figure("api_list_p50", Percentiles.At(lists, 0.5), "ms", null, true, null, ""));
        figures.Add(new Figure("api_get_p50", Percentiles.At(gets, 0.5), "ms", null, true, null, ""));
    }

    private static void AddOverlap(List<Figure> figures, List<string> notes)
    {
        foreach (int cells in new[] { 1, 10 })
        {
            double[] shares = ShardOverlap.Of(cells);
            notes.Add(
                $"100 nodes in {cells} cells, pairs of tenants that share 0, 1, 2, … nodes of theirs: "
                + string.Join(", ", shares.Select(share => share.ToString("P2", CultureInfo.InvariantCulture))));
            figures.Add(new Figure(
                $"tenants_share_all_nodes_{cells}", shares[^1] * 100, "% of pairs", null, true, 100,
                "one shard for all"));
        }
    }

    private static async Task MeasureFullAsync(
        ServerProcess controller, PostgresCluster cluster, string connection, List<Figure> figures)
    {
        double cold = Milliseconds(await controller.LineAsync(AllCellsCompiled, 0, TimeSpan.FromMinutes(3)));
        double memory = controller.PeakMegabytes;
        Console.WriteLine($"all cells: {cold:F0} ms, {controller.CpuSeconds:F2} s of CPU, {memory:F0} MB");
        var reads = new List<double>();
        for (int round = 0; round < 3; round++)
        {
            long began = Stopwatch.GetTimestamp();
            cluster.Query(
                connection,
                string.Join(';', BaselineTables.Select(table => $"copy {table} to '/dev/null' with (format binary)")),
                TimeSpan.FromMinutes(2));
            reads.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        double baseline = Percentiles.At(reads, 0.5);
        figures.Add(new Figure(
            "region_compile", cold, "ms", FullAimMs, true, baseline, "copy of the tables to /dev/null"));
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
