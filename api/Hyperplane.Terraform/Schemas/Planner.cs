using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Schemas;

/// <summary>Says what a resource will be: what the configuration says, else the default, else what it was, else not
/// known yet.</summary>
internal static class Planner
{
    /// <summary>What will be there.</summary>
    /// <param name="fields">Of the schema.</param>
    /// <param name="config">What is said.</param>
    /// <param name="prior">What there is; null for nothing.</param>
    public static Value Plan(IReadOnlyList<Field> fields, Value config, Value prior) => Value.Object(fields.Select(
        field => KeyValuePair.Create(field.Name, Plan(field, config[field.Name], prior[field.Name], !prior.IsNull))));

    /// <summary>Makes unknown what any change may change.</summary>
    public static Value Unsettle(IReadOnlyList<Field> fields, Value planned) => fields
        .Where(field => field.IsVolatile)
        .Aggregate(planned, (value, field) => value.With(field.Name, Value.Unknown));

    /// <summary>Where the plan differs from what there is in a way that only another resource can have.</summary>
    public static IEnumerable<FieldPath> Replacing(
        IReadOnlyList<Field> fields, Value config, Value planned, Value prior, FieldPath? at = null)
    {
        FieldPath here = at ?? FieldPath.Root;
        foreach (Field field in fields)
        {
            (Value said, Value wanted, Value had) = (config[field.Name], planned[field.Name], prior[field.Name]);
            // What nobody said and only the API tells is no wish for another one.
            bool isTold = said.IsNull && field is { IsComputed: true, Default: null };
            if (wanted.Equals(had) || isTold)
                continue;
            FieldPath path = here.Field(field.Name);
            if (field.IsReplacing)
                yield return path;
            else if (field.Nesting == Nesting.Single && wanted.IsKnown && had.IsKnown)
            {
                foreach (FieldPath inner in Replacing(field.Nested, said, wanted, had, path))
                    yield return inner;
            }
            else if (field.Nesting == Nesting.Map)
            {
                foreach (string key in wanted.Members.Keys.Where(had.Members.ContainsKey))
                {
                    FieldPath entry = path.Key(key);
                    foreach (FieldPath inner in Replacing(field.Nested, said[key], wanted[key], had[key], entry))
                        yield return inner;
                }
            }
        }
    }

    private static Value Plan(Field field, Value config, Value prior, bool exists)
    {
        if (config.IsUnknown)
            return config;
        if (config.IsNull)
        {
            if (field.Default is { } byDefault)
                return field.Nesting is null ? byDefault : PlanNested(field, byDefault, prior);
            return field.IsComputed ? exists ? prior : Value.Unknown : Value.Null;
        }

        return field.Nesting is null ? config : PlanNested(field, config, prior);
    }

    private static Value PlanNested(Field field, Value config, Value prior) => field.Nesting switch
    {
        Nesting.Map => Value.Object(config.Members.Select(
            one => KeyValuePair.Create(one.Key, PlanElement(field, one.Value, prior[one.Key])))),
        Nesting.Set => Value.Set(config.Elements.Select(one => PlanElement(field, one, Value.Null))),
        _ => PlanElement(field, config, prior),
    };

    private static Value PlanElement(Field field, Value config, Value prior) =>
        config.IsKnown ? Plan(field.Nested, config, prior) : config;
}
