using System.Globalization;
using System.Text.Json;

namespace Hyperplane.Bench;

/// <summary>How a benchmark went.</summary>
/// <param name="Name">As given on the command line.</param>
/// <param name="Valid">Whether the run can be trusted: baselines sane, nothing unfaulted flapped.</param>
/// <param name="Figures">In the order to print.</param>
/// <param name="Notes">What a reader must know: why a run is not valid, what was not measured.</param>
public sealed record Result(string Name, bool Valid, IReadOnlyList<Figure> Figures, IReadOnlyList<string> Notes)
{
    /// <summary>Prints the table and, if wanted, the one-line object last.</summary>
    public void Print(bool json)
    {
        Console.WriteLine();
        Console.WriteLine($"{"figure",-34} {"value",12} {"unit",-12} {"aim",12} {"baseline",12}");
        foreach (Figure figure in Figures)
        {
            string aim = figure.Aim is { } value
                ? $"{(figure.AtMost ? "<=" : ">=")} {Number(value)}{(figure.Met ? "" : " missed")}"
                : "-";
            string baseline = figure.Baseline is { } other ? $"{Number(other)} ({figure.BaselineName})" : "-";
            Console.WriteLine($"{figure.Name,-34} {Number(figure.Value),12} {figure.Unit,-12} {aim,12} {baseline,12}");
        }

        foreach (string note in Notes)
            Console.WriteLine($"note: {note}");
        Console.WriteLine(Valid ? "valid" : "NOT VALID: do not quote these figures");
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                name = Name,
                valid = Valid,
                ok = Figures.All(figure => figure.Met),
                figures = Figures.ToDictionary(
                    figure => figure.Name,
                    figure => new
                    {
                        value = figure.Value,
                        unit = figure.Unit,
                        aim = figure.Aim,
                        baseline = figure.Baseline,
                    }),
            }));
    }

    private static string Number(double value) =>
        value.ToString(value >= 1_000 ? "N0" : "G4", CultureInfo.InvariantCulture);
}
