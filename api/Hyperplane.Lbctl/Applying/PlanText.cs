using Hyperplane.Lbctl.Applying.Planning;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Applying;

/// <summary>A plan for people: a line for each thing with its sign, below it a line for each field.</summary>
internal static class PlanText
{
    private const string Green = "\e[32m";
    private const string Yellow = "\e[33m";
    private const string Red = "\e[31m";
    private const string Reset = "\e[0m";

    /// <summary>Its lines, harmless.</summary>
    public static IEnumerable<string> Lines(Plan plan, bool colours)
    {
        foreach (Change change in plan.Changes)
        {
            (string sign, string colour) = change.Kind switch
            {
                ChangeKind.Create => ("+", Green),
                ChangeKind.Change => ("~", Yellow),
                _ => ("-", Red),
            };
            string head = $"{sign} {TerminalText.Harmless(change.Label)}";
            yield return colours ? $"{colour}{head}{Reset}" : head;
            foreach (FieldChange field in change.Fields)
                yield return $"    {TerminalText.Harmless(Text(change.Kind, field))}";
        }

        yield return plan.Summary;
    }

    private static string Text(ChangeKind kind, FieldChange field) => kind == ChangeKind.Create
        ? $"{field.Field}: {field.New}"
        : $"{field.Field}: {field.Old ?? "-"} → {field.New ?? "-"}";
}
