using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Schemas;

/// <summary>Applies the rules of fields to a configuration; what is not known yet is judged when it is.</summary>
internal static class Validator
{
    private const string Summary = "Invalid value";

    /// <summary>All that is wrong.</summary>
    public static IEnumerable<Finding> Judge(IReadOnlyList<Field> fields, Value config, FieldPath? at = null)
    {
        FieldPath here = at ?? FieldPath.Root;
        foreach (Field field in fields)
        {
            Value value = config[field.Name];
            if (!value.IsKnown)
                continue;
            FieldPath path = here.Field(field.Name);
            foreach (Func<Value, string?> rule in value.IsWhollyKnown ? field.Rules : [])
            {
                if (rule(value) is { } wrong)
                    yield return new Finding(Summary, wrong, path);
            }

            foreach (Finding inner in JudgeNested(field, value, path))
                yield return inner;
        }
    }

    private static IEnumerable<Finding> JudgeNested(Field field, Value value, FieldPath path) => field.Nesting switch
    {
        Nesting.Single => Judge(field.Nested, value, path),
        Nesting.Map => value.Members.SelectMany(one => Judge(field.Nested, one.Value, path.Key(one.Key))),
        // An element of a set has no path of its own but the whole element: it is told at the set.
        Nesting.Set => value.Elements.SelectMany(one => Judge(field.Nested, one))
            .Select(finding => finding with
            {
                Path = path,
                Detail = $"{string.Join('.', finding.Path!.Steps.Select(step => step.Name))}: {finding.Detail}",
            }),
        _ => [],
    };
}
