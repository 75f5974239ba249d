using System.Globalization;

namespace Hyperplane.Bench.Failover;

/// <summary>What <c>infra/bench failover</c> was asked for.</summary>
/// <param name="Router">frr or bird.</param>
/// <param name="Engine">embedded or orleans: who keeps flow state.</param>
/// <param name="BfdMs">BFD interval, milliseconds; three missed are a failure.</param>
/// <param name="Faults">In the order to run; all when none was named.</param>
/// <param name="Runs">Of each fault.</param>
/// <param name="Connections">Steady connections.</param>
/// <param name="Nodes">Nodes of the cell; null: as many as the fault asks for.</param>
/// <param name="Wrk">Connections of wrk beside them: they load the machine, stalls grow with it; 0 for none.</param>
internal sealed record FailoverOptions(
    string Router, string Engine, int BfdMs, IReadOnlyList<Fault> Faults, int Runs, int Connections, int? Nodes,
    int Wrk = 0)
{
    public const string Usage =
        "failover [--router frr|bird] [--engine embedded|orleans] [--bfd MS] [--fault NAME]… [--runs 5] "
        + "[--connections 2000] [--nodes N] [--wrk N]";

    /// <summary>Throws <see cref="FormatException"/> that names the wrong word.</summary>
    public static FailoverOptions Parse(string[] words)
    {
        var faults = new List<Fault>();
        var options = new FailoverOptions("frr", "embedded", 50, faults, 5, 2_000, null);
        for (int i = 0; i < words.Length; i += 2)
        {
            string value = i + 1 < words.Length ? words[i + 1] : throw new FormatException($"{words[i]} takes a value");
            if (words[i] == "--fault")
                faults.Add(Catalogue.All.FirstOrDefault(fault => fault.Name == value) ?? throw new FormatException(
                    $"no fault '{value}': {string.Join(", ", Catalogue.All.Select(fault => fault.Name))}"));
            else
                options = With(options, words[i], value);
        }

        return faults.Count > 0 ? options : options with { Faults = Catalogue.All };
    }

    private static FailoverOptions With(FailoverOptions options, string name, string value) => name switch
    {
        "--router" when value is "frr" or "bird" => options with { Router = value },
        "--engine" when value is "embedded" or "orleans" => options with { Engine = value },
        "--bfd" => options with { BfdMs = Number(name, value, 10, 1_000) },
        "--runs" => options with { Runs = Number(name, value, 1, 1_000) },
        "--connections" => options with { Connections = Number(name, value, 1, 20_000) },
        "--nodes" => options with { Nodes = Number(name, value, 2, 16) },
        "--wrk" => options with { Wrk = Number(name, value, 0, 64) },
        _ => throw new FormatException($"usage: infra/bench {Usage}, not '{name} {value}'"),
    };

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number >= least && number <= most
            ? number
            : throw new FormatException($"{name} takes {least} to {most}, not '{value}'");
}
